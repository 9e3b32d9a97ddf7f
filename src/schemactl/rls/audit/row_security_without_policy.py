"""A table that clients hold grants on has row security and no policy: they get nothing.

Why: it may be meant, for a table of the service alone; then the grants are not needed.

Bad:

    ALTER TABLE outbox ENABLE ROW LEVEL SECURITY; GRANT SELECT ON outbox TO authenticated;

Good:

    REVOKE ALL ON outbox FROM authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, grantees, listed

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """Grants that no policy answers to."""
    for table in facts.tables:
        clients = facts.holders(table, "SELECT", "INSERT", "UPDATE", "DELETE")
        if table.row_security and not table.policies and clients:
            yield Problem(
                f"row security without a policy: the grants to {listed(clients)} give no row",
                f"table {table.name}",
                f"Declare it sealed, and REVOKE ALL ON {table.name} FROM {grantees(clients)}; or add a policy.",
            )
