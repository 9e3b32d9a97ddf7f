"""A subquery of a policy compares a column with itself.

Why: inside the subquery an unqualified name is a column of the inner table where that has one: `m.org_id = org_id` is
`m.org_id = m.org_id`, and holds for every row of every organisation. The same happens to an argument: `f(name)`.

Bad:

    USING (EXISTS (SELECT 1 FROM members m WHERE m.org_id = org_id AND m.user_id = (SELECT auth.uid())))

Good:

    USING (EXISTS (SELECT 1 FROM members m WHERE m.org_id = docs.org_id AND m.user_id = (SELECT auth.uid())))

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, comparisons, guards, uncast
from schemactl.sql.ddl.expressions import calls, columns
from schemactl.sql.ddl.words import words
from schemactl.sql.nodes import Node, walk

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """The same column on both sides of =, as the server has resolved it.

    Or, where nothing ties an EXISTS to the row, one column of the inner table compared with what is made of another that
    the outer table has too.
    """
    for guard in guards(facts):
        for left, captured in [pair for condition in guard.conditions for pair in _wrong(guard, condition)][:1]:
            made = captured if left == captured else f"what is made of {captured}"
            holds = "holds for every row" if left == captured else "asks nothing of the row at hand"
            yield Problem(
                f"{left} = {made} {holds}: the name meant the outer table and found the inner one",
                guard.title,
                f"Write {guard.table.path[1]}.{captured.rpartition('.')[2]} for the policy's own table.",
            )


def _wrong(guard: Guard, condition: Node) -> Iterator[tuple[str, str]]:
    for _, left, right in comparisons(condition, "="):
        if "ColumnRef" in left and "ColumnRef" in right:
            names = [".".join(words(side["ColumnRef"].get("fields"))) for side in (left, right)]
            if names[0] == names[1]:
                yield names[0], names[1]
    yield from _captured(guard, condition)


def _captured(guard: Guard, condition: Node) -> Iterator[tuple[str, str]]:
    for kind, link in walk(condition):
        query = link.get("subselect") if kind == "SubLink" and link.get("subLinkType") == "EXISTS_SUBLINK" else None
        if not query or any(len(name) > 1 and name[-2] == guard.table.path[1] for name in columns(query)):
            continue
        for _, *sides in comparisons(query, "="):
            for plain, made in (sides, sides[::-1]):
                mine = words(uncast(plain).get("ColumnRef", {}).get("fields"))
                for other in columns(made) if len(mine) > 1 and any(calls(made)) else ():
                    if len(other) > 1 and other[-2] == mine[-2] and other[-1] in guard.table.columns:
                        yield ".".join(mine), ".".join(other)
