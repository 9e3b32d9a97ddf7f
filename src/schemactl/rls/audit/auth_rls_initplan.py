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

from schemactl.catalog.snapshot import Attributes
from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, guards, the_same_for_every_row
from schemactl.sql import identity
from schemactl.sql.ddl.words import qualified, words

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """A call of who-is-there, or of a function of the project that reads no column, outside any sub-select; once a policy."""
    for guard in guards(facts):
        called = next(_calls(facts, guard), None)
        if called:
            yield Problem(
                f"it calls {called}() for every row",
                guard.title,
                f"Write (SELECT {called}(…)): it is then called once a query.",
            )


def _calls(facts: Facts, guard: Guard) -> Iterator[str]:
    if guard.policy.command == "insert" or guard.using is None:  # an INSERT has its rows in hand
        return
    for call in the_same_for_every_row(guard, guard.using):
        name = qualified(words(call.get("funcname")))
        if identity.is_identity(name):
            yield str(name)
        for path in facts.effects.called(name, len(call.get("args", ()))):
            function = facts.effects.functions[path]
            # a volatile one is told by a rule of its own; a small one in SQL becomes part of the query
            if path[0] not in facts.managed and function.get("volatility") == "stable" and not _inlined(function):
                yield str(name)


def _inlined(function: Attributes) -> bool:
    settings = function.get("settings") or function.get("security_definer")
    return function.get("language") == "sql" and not settings
