"""A permissive policy names no role: it is for everybody, roles of the future too.

Why: without TO a policy is for PUBLIC, and so for who is not signed in.

Bad:

    CREATE POLICY service ON jobs FOR UPDATE USING (true);

Good:

    CREATE POLICY own ON jobs FOR UPDATE TO authenticated USING (owner = me());

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, session, title

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """PUBLIC, a grant that makes it matter, and a condition that does not ask who is there."""
    for table in facts.tables:
        for policy in table.policies:
            asks = session(policy.using) or session(policy.check)
            if (
                policy.permissive
                and "PUBLIC" in policy.roles
                and not asks
                and facts.holders(table, "SELECT", "INSERT", "UPDATE", "DELETE")
            ):
                yield Problem(
                    "it names no role and does not ask who is there: it is for everybody",
                    title(policy),
                    f"ALTER {title(policy).replace('policy', 'POLICY', 1)} TO authenticated; -- or whoever is meant",
                )
