"""A policy asks NOT IN of a list that may hold NULL.

Why: with one NULL in the list NOT IN is NULL for every row: nobody gets anything, without an error.

Bad:

    CREATE POLICY visible ON posts FOR SELECT USING (author NOT IN (SELECT blocked FROM blocks));

Good:

    CREATE POLICY visible ON posts FOR SELECT
      USING (NOT EXISTS (SELECT FROM blocks b WHERE b.blocked = posts.author));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import guards
from schemactl.sql.ddl.expressions import columns, tables
from schemactl.sql.nodes import Node, walk

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """NOT (x IN (SELECT column …)) of a column that takes NULL, and no IS NOT NULL beside it."""
    for guard in guards(facts):
        found = [name for condition in guard.conditions for name in _loose(facts, condition)]
        if found:
            yield Problem(
                f"one NULL in {found[0]} makes NOT IN unknown, and hides every row from everybody",
                guard.title,
                "Write NOT EXISTS (SELECT FROM … WHERE … = …).",
            )


def _loose(facts: Facts, condition: Node) -> Iterator[str]:
    for kind, inner in walk(condition):
        if kind != "BoolExpr" or inner.get("boolop") != "NOT_EXPR":
            continue
        for argument in inner.get("args", ()):
            query = argument.get("SubLink", {}).get("subselect", {}).get("SelectStmt")
            if not query or argument["SubLink"].get("subLinkType") != "ANY_SUBLINK":
                continue
            asked = {
                name[-1] for k, test in walk(query.get("whereClause")) if k == "NullTest" for name in columns(test)
            }
            picked = {name[-1] for name in columns({"List": {"items": query.get("targetList", [])}})}
            for name in tables(query):
                relation = facts.relations.get((name.schema or "public", name.name))
                for column in sorted(picked - asked) if relation else ():
                    if relation and column in relation.columns and not relation.columns[column].not_null:
                        yield f"{relation.name}.{column}"
