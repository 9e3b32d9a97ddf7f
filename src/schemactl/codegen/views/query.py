"""The columns of a query, as the server words it (pg_get_viewdef): every star is spelt out, every relation qualified.

An origin is what the parser calls a target's resorigtbl and resorigcol (parse_target.c, markTargetListOrigin). That a
column is never null is claimed only where it is certain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from schemactl.codegen.views.nulls import is_never_null, required_by
from schemactl.codegen.views.scope import UNKNOWN, Output, Scope
from schemactl.sql.names import Name
from schemactl.sql.nodes import Node, relation_name, strings, walk

Columns = Sequence[Output]
Relations = Callable[[Name], Columns]
"""The columns of a table or view, by its name; none where it is unknown."""


def columns(select: Node, relations: Relations, ctes: Mapping[str, Columns] | None = None) -> Columns:
    """The columns of a SELECT, in order."""
    known = dict(ctes or {})
    for item in select.get("withClause", {}).get("ctes", ()):
        cte = item["CommonTableExpr"]
        known[cte["ctename"]] = _cte(cte, relations, known)
    if "larg" in select:
        return _set_operation(select, relations, known)
    if "valuesLists" in select:
        return _values(select)
    scope = Scope()
    for item in select.get("fromClause", ()):
        scope = scope.beside(_from(item, relations, known))
    scope = scope.never_null(required_by(select.get("whereClause")))
    grouped = "groupClause" in select and not any("GroupingSet" in item for item in select["groupClause"])
    rolled_up = "groupClause" in select and not grouped
    return [
        _target(target["ResTarget"], scope, grouped=grouped, rolled_up=rolled_up)
        for target in select.get("targetList", ())
    ]


def _cte(cte: Node, relations: Relations, known: Mapping[str, Columns]) -> Columns:
    query = cte["ctequery"].get("SelectStmt")
    if query is None:
        return ()
    if _mentions(query, cte["ctename"]) and "larg" in query:
        start = columns(query["larg"], relations, known)
        found: Columns = [Output(column.name) for column in start]
    else:
        found = columns(query, relations, known)
    return _renamed(found, strings(cte.get("aliascolnames", ())))


def _mentions(node: Any, name: str) -> bool:
    return any(
        kind == "RangeVar" and part["relname"] == name and "schemaname" not in part
        for kind, part in walk({"Query": node})
    )


def _set_operation(select: Node, relations: Relations, known: Mapping[str, Columns]) -> Columns:
    left, right = (columns(select[side], relations, known) for side in ("larg", "rarg"))
    if select["op"] == "SETOP_EXCEPT":
        return [replace(column, origin=None) for column in left]
    return [Output(a.name, None, a.not_null and b.not_null) for a, b in zip(left, right, strict=False)]


def _values(select: Node) -> Columns:
    rows = [row["List"]["items"] for row in select["valuesLists"]]
    return [
        Output(f"column{index + 1}", None, all(is_never_null(row[index], Scope()) for row in rows))
        for index in range(len(rows[0]))
    ]


def _target(target: Node, scope: Scope, *, grouped: bool, rolled_up: bool) -> Output:
    value = target["val"]
    fields = strings(value["ColumnRef"]["fields"]) if is_column(value) else []
    name = target.get("name") or (fields[-1] if fields else "")
    if fields:
        found = scope.find(fields)
        return Output(name, found.origin, found.not_null and not rolled_up)
    return Output(name, None, not rolled_up and is_never_null(value, scope, grouped=grouped))


def is_column(value: Node) -> bool:
    """Whether an expression is a column, and not a whole row."""
    return "ColumnRef" in value and all("String" in field for field in value["ColumnRef"]["fields"])


def _from(item: Node, relations: Relations, known: Mapping[str, Columns]) -> Scope:
    ((kind, node),) = item.items()
    match kind:
        case "RangeVar":
            name = relation_name(node)
            found = known[name.name] if name.schema is None and name.name in known else relations(name)
            return _aliased(node, name.name, found)
        case "RangeTableSample":
            return _from(node["relation"], relations, known)
        case "RangeSubselect":
            return _aliased(node, "", columns(node["subquery"]["SelectStmt"], relations, known))
        case "JoinExpr":
            return _join(node, relations, known)
        case _:
            return _aliased(node, "", ())


def _aliased(node: Node, name: str, found: Columns) -> Scope:
    alias = node.get("alias", {})
    return Scope({alias.get("aliasname", name): _renamed(found, strings(alias.get("colnames", ())))})


def _renamed(found: Columns, names: Sequence[str]) -> Columns:
    return [replace(c, name=names[i]) if i < len(names) else c for i, c in enumerate(found)]


def _join(node: Node, relations: Relations, known: Mapping[str, Columns]) -> Scope:
    kind = node.get("jointype", "JOIN_INNER")
    left, right = (_from(node[side], relations, known) for side in ("larg", "rarg"))
    required = required_by(node.get("quals")) if kind == "JOIN_INNER" else set()
    merged = {
        name: _merged(kind, left.find([name]), right.find([name])) for name in strings(node.get("usingClause", ()))
    }
    if kind in ("JOIN_RIGHT", "JOIN_FULL"):
        left = left.maybe_null()
    if kind in ("JOIN_LEFT", "JOIN_FULL"):
        right = right.maybe_null()
    both = left.beside(right).merging(merged).never_null(required)
    if "alias" not in node:
        return both
    hidden = set(merged)
    rest = [column for some in both.relations.values() for column in some if column.name not in hidden]
    return _aliased(node, "", [*both.merged.values(), *rest])


def _merged(kind: str, left: Output, right: Output) -> Output:
    match kind:
        case "JOIN_RIGHT":
            return right
        case "JOIN_FULL":
            return Output(left.name, None, left.not_null and right.not_null)
        case _:
            return left if left is not UNKNOWN else right
