"""A policy fails where the setting that it asks for is absent or empty.

Why: current_setting without missing_ok fails where the setting was never made; and one that a transaction had is '' for
the next one, which is neither a uuid nor a number: statements fail with 22P02 or 42704 instead of finding nothing.

Bad:

    CREATE POLICY own ON notes TO app USING (owner_id = current_setting('app.user_id')::uuid);

Good:

    CREATE POLICY own ON notes TO app USING (owner_id = nullif(current_setting('app.user_id', true), '')::uuid);

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import guards, text_of
from schemactl.sql.ddl.expressions import calls
from schemactl.sql.ddl.words import qualified, words
from schemactl.sql.nodes import Node, walk

SEVERITY = Severity.WARNING
_TEXTS = {"text", "varchar", "bpchar", "name"}


def check(facts: Facts) -> Iterator[Problem]:
    """A call with one argument, or one whose result is cast as it is."""
    for guard in guards(facts):
        found = [problem for condition in guard.conditions for problem in _problems(condition)]
        if found:
            name, what = found[0]
            yield Problem(
                f"it fails where {name} is {what}",
                guard.title,
                f"Write nullif(current_setting('{name}', true), '')::…",
            )


def _problems(condition: Node) -> Iterator[tuple[str, str]]:
    for name, call in calls(condition):
        arguments = call.get("args", ())
        if name.name == "current_setting" and len(arguments) == 1:
            yield text_of(arguments[0]) or "the setting", "absent"
    for kind, inner in walk(condition):
        if kind == "TypeCast" and words(inner.get("typeName", {}).get("names"))[-1:] not in [(one,) for one in _TEXTS]:
            call = inner.get("arg", {}).get("FuncCall")
            if call and qualified(words(call.get("funcname"))).name == "current_setting":
                yield text_of(call["args"][0]) or "the setting", "empty"
