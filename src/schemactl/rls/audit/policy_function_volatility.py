"""A policy calls a function whose volatility is wrong: VOLATILE, or IMMUTABLE and reading the session.

Why: a VOLATILE function runs once a row; the answer of an IMMUTABLE one may be kept from another session (PostgreSQL manual, 38.7).

Bad:

    CREATE FUNCTION me() RETURNS uuid IMMUTABLE … current_setting('app.user_id') …

Good:

    CREATE FUNCTION me() RETURNS uuid STABLE … current_setting('app.user_id') …

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, named, session
from schemactl.rls.audit._guards import Guard, bodies, guards, the_same_for_every_row

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """Volatile and called for every row without asking anything of it, or immutable with a body that asks who is there.

    A sub-select that has no column of the row is run once a query, an INSERT has its rows in hand, and what is asked of the
    row is asked for every row, volatile or not.
    """
    seen = set()
    for guard in guards(facts):
        slow = set(_for_every_row(facts, guard))
        for path, function in bodies(facts, guard):
            lies = function.get("volatility") == "immutable" and session(str(function.get("body")))
            if (path in slow or lies) and path not in seen:
                seen.add(path)
                what = "may answer for another session" if lies else "runs once a row"
                writes = facts.effects.of(path).writes
                yield Problem(
                    f"it is {function.get('volatility')} and {guard.title} calls it: it {what}",
                    f"function {named(path)}",
                    f"Call it in a sub-select, (SELECT {path[1]}(…)): it changes something, and is rightly volatile."
                    if writes
                    else f"ALTER FUNCTION {named(path)} STABLE;",
                )


def _for_every_row(facts: Facts, guard: Guard) -> Iterator[tuple[str, ...]]:
    for condition in guard.conditions if guard.policy.command != "insert" else ():
        for call in the_same_for_every_row(guard, condition):
            for path in facts.effects.called_in({"FuncCall": call}):
                if facts.effects.functions[path].get("volatility") == "volatile":
                    yield path
