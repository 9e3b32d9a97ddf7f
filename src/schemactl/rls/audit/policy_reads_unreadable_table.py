"""A policy asks a table that the client may not read: every statement fails with 42501.

Why: subqueries of a policy run as the client, with its grants and its row security.

Bad:

    CREATE POLICY team ON notes TO app USING (team IN (SELECT team FROM members WHERE …)); -- no GRANT on members

Good:

    GRANT SELECT ON members TO app; -- with row security of its own, or a SECURITY DEFINER function

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import PUBLIC, Facts, Problem, grantees
from schemactl.rls.audit._guards import guards

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """A table in a condition, and a client of the policy without SELECT on it."""
    for guard in guards(facts):
        for other in facts.reads(guard.text):
            held = facts.holders(other, "SELECT")
            clients = (
                [] if PUBLIC in held or other.path == guard.table.path else [c for c in guard.clients if c not in held]
            )
            if clients:
                yield Problem(
                    f"it reads {other.name}, which {', '.join(clients)} may not: every statement fails",
                    guard.title,
                    f"GRANT SELECT ON {other.name} TO {grantees(clients)}; or ask through a function.",
                )
                break
