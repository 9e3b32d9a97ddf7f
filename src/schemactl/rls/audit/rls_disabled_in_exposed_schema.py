"""A table that clients can reach has row security switched off.

Why: grants alone decide then: whoever holds one has every row.

Bad:

    CREATE TABLE notes (…); GRANT SELECT ON notes TO authenticated;

Good:

    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, listed

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """Off, with a grant, and no policy that shows it was meant to be on."""
    for table in facts.tables:
        if table.row_security or table.policies or table.parents:
            continue
        clients = facts.holders(table, "SELECT", "INSERT", "UPDATE", "DELETE")
        if clients:
            yield Problem(
                f"row security is off: {listed(clients)} can reach every row that a grant names",
                f"table {table.name}",
                f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY; -- and policies",
            )
