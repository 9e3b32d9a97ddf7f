"""A policy asks who is there once a row.

Why: a bare call is made for every row. Inside a sub-select, `(SELECT auth.uid())`, Postgres makes it once a query and
can use an index.

Bad:

    CREATE POLICY owner ON orders FOR SELECT TO authenticated USING (user_id = auth.uid());

Good:

    CREATE POLICY owner ON orders FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import guards
from schemactl.sql import identity

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """A call of who-is-there outside any sub-select; once a policy."""
    for guard in guards(facts):
        condition = guard.using if guard.policy.command != "insert" else None  # an INSERT has its rows in hand
        called = next(identity.bare_calls(condition), None)
        if called:
            yield Problem(
                f"it calls {called}() for every row",
                guard.title,
                f"Write (SELECT {called}()): it is then called once a query.",
            )
