"""A policy that anonymous clients satisfy by being nobody.

Why: auth.uid() is NULL for whoever has not signed in: `auth.uid() IS NULL OR …` opens the rows to all of them.

Bad:

    CREATE POLICY own ON orders FOR SELECT USING ((SELECT auth.uid()) IS NULL OR user_id = (SELECT auth.uid()));

Good:

    CREATE POLICY own ON orders FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import guards
from schemactl.sql import identity

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """IS NULL of who-is-there as one way to satisfy it, for clients that may be nobody."""
    for guard in guards(facts):
        nobody = [name for name in guard.clients if name != "authenticated"]
        if guard.policy.permissive and nobody and any(map(identity.is_missing_identity, guard.conditions)):
            yield Problem(
                f"it holds for {', '.join(nobody)} because nobody is signed in",
                guard.title,
                "Leave the IS NULL out; give background work a role of its own.",
            )
