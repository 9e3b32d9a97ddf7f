"""A policy asks whether the person is in some team, not in this row's.

Why: an EXISTS that names no column of the policy's own table has one answer for all rows: whoever is anywhere sees
everything.

Bad:

    USING (EXISTS (SELECT 1 FROM members m WHERE m.user_id = (SELECT auth.uid())))

Good:

    USING (EXISTS (SELECT 1 FROM members m WHERE m.user_id = (SELECT auth.uid()) AND m.org_id = docs.org_id))

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, asks, guards, ways
from schemactl.rls.relations import Relation
from schemactl.sql.ddl.expressions import columns, conjuncts, tables
from schemactl.sql.nodes import Node

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """An EXISTS as a whole way in, whose parts compare with the session alone; a role or a flag in it is meant."""
    for guard in guards(facts):
        for condition in guard.conditions if guard.policy.permissive else ():
            found = [name for way in ways(condition) if len(way) == 1 for name in _loose(facts, guard, way[0])]
            if found:
                yield Problem(
                    f"whoever has any row in {found[0]} reaches every row: nothing ties it to the row at hand",
                    guard.title,
                    f"Compare a column of {found[0]} with one of {guard.table.path[1]}.",
                )
                break


def _loose(facts: Facts, guard: Guard, node: Node) -> Iterator[str]:
    link = node.get("SubLink", {})
    query = link.get("subselect", {}).get("SelectStmt")
    if link.get("subLinkType") != "EXISTS_SUBLINK" or not query:
        return
    outer = guard.table.path[1]
    if any(len(name) > 1 and name[-2] == outer for name in columns(query)):
        return
    parts = list(conjuncts(query.get("whereClause")))
    if parts and all(asks(facts, part) and "A_Expr" in part for part in parts):
        asked = {name[-1] for part in parts for name in columns(part)}
        for name in tables(query):
            inner = facts.relations.get((name.schema or "public", name.name))
            if inner and _could_tie(guard.table, inner, asked):
                yield inner.name


def _could_tie(outer: Relation, inner: Relation, asked: set[str]) -> bool:
    """Whether the two have something in common to compare: else the table is a list of those who may do all."""
    shared = {name for name in inner.columns if name.endswith("_id") and name in outer.columns}
    return bool(shared - asked) or any(reference.table == outer.path for reference in inner.references)
