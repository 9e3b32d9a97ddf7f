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
from schemactl.rls.audit._facts import Facts, Problem, conditions, title

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """A table in a condition, and a client of the policy without SELECT on it."""
    for table in facts.tables:
        for policy, text in conditions(table):
            for other in facts.reads(text):
                if other.path == table.path:
                    continue
                clients = [c for c in facts.clients if c in policy.roles and c not in facts.holders(other, "SELECT")]
                if clients:
                    yield Problem(
                        f"it reads {other.name}, which {', '.join(clients)} may not: every statement fails",
                        title(policy),
                        f"GRANT SELECT ON {other.name} TO {', '.join(clients)}; or ask through a function.",
                    )
