"""Clients can read a materialized view or a foreign table, which row security never protects.

Why: row security is a matter of tables: a materialized view holds what its owner saw, a foreign table what the other server gives.

Bad:

    CREATE MATERIALIZED VIEW totals AS …; GRANT SELECT ON totals TO authenticated;

Good:

    REVOKE ALL ON totals FROM authenticated; -- and a function that gives each their own

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, grantees, listed

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """A grant on one of them."""
    for relation in facts.exposed:
        clients = facts.holders(relation, "SELECT", "INSERT", "UPDATE", "DELETE")
        if relation.kind in ("materialized view", "foreign table") and clients:
            yield Problem(
                f"{listed(clients)} can reach this {relation.kind}, and no policy can bind it",
                f"{relation.kind} {relation.name}",
                f"REVOKE ALL ON {relation.name} FROM {grantees(clients)};",
            )
