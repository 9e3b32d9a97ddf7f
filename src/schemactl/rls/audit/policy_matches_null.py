"""A policy takes two NULLs for the same person.

Why: IS NOT DISTINCT FROM is true where the owner is NULL and nobody is signed in.

Bad:

    CREATE POLICY own ON notes USING (owner_id IS NOT DISTINCT FROM auth.uid());

Good:

    CREATE POLICY own ON notes TO authenticated USING (owner_id = (SELECT auth.uid()));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import asks, guards, own_columns
from schemactl.sql.nodes import Node, walk

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """NOT (column IS DISTINCT FROM session), or both sides through coalesce to one literal, and a column that takes NULL."""
    for guard in guards(facts):
        for condition in guard.conditions:
            columns = {name for pair in _same(condition) if asks(facts, pair) for name in own_columns(guard, pair)}
            loose = sorted(name for name in columns if not guard.table.columns[name].not_null)
            if loose and guard.policy.permissive:
                yield Problem(
                    f"where {loose[0]} is NULL it holds for {', '.join(guard.clients)} without a key",
                    guard.title,
                    f"Write {loose[0]} = …, and ALTER TABLE {guard.table.name} ALTER COLUMN {loose[0]} SET NOT NULL.",
                )
                break


def _same(condition: Node) -> Iterator[Node]:
    for kind, inner in walk(condition):
        if kind == "BoolExpr" and inner.get("boolop") == "NOT_EXPR":
            for argument in inner.get("args", ()):
                if argument.get("A_Expr", {}).get("kind") == "AEXPR_DISTINCT":
                    yield argument
        elif kind == "A_Expr" and inner.get("kind") == "AEXPR_NOT_DISTINCT":
            yield {kind: inner}
