"""Which column a string literal is compared with or stored in, as far as one statement's text shows."""

from collections.abc import Iterator
from typing import NamedTuple

from schemactl.sql.names import Name
from schemactl.sql.nodes import Node, relation_name, strings, walk


class Column(NamedTuple):
    """A column of a table, by its name, or by its place from 1 where an INSERT lists no columns."""

    table: Name
    column: str | int


def columns_of(node: Node, value: str) -> Iterator[Column]:
    """The columns that literals of this text meet in a statement: in comparisons, assignments, VALUES and defaults.

    Of a column whose table the text leaves open nothing is said.
    """
    tables = _tables(node)
    target = node.get("relation")
    for kind, part in walk({"Statement": node}):
        match kind:
            case "A_Expr":
                yield from _compared(part, value, tables)
            case "ResTarget" if target and "name" in part and _holds(part.get("val"), value):
                yield Column(relation_name(target), part["name"])
            case "AlterTableCmd" if part["subtype"] == "AT_ColumnDefault" and _holds(part.get("def"), value):
                yield Column(relation_name(node["relation"]), part["name"])
    if "cols" in node or "selectStmt" in node:
        yield from _inserted(node, value)


def is_literal(expression: Node | None, value: str) -> bool:
    """Whether an expression is the string of this text, cast or not."""
    while expression and "TypeCast" in expression:
        expression = expression["TypeCast"]["arg"]
    return expression is not None and text_of(expression.get("A_Const", {})) == value


def text_of(constant: Node) -> str | None:
    """The text of a string constant."""
    text: str | None = constant.get("sval", {}).get("sval")
    return text


def _tables(node: Node) -> dict[str, Name]:
    """The tables of a statement by the names that columns are qualified with."""
    relations = [part for kind, part in walk({"Statement": node}) if kind == "RangeVar"]
    relations += [node[key] for key in ("relation", "table") if key in node]
    return {item.get("alias", {}).get("aliasname", item["relname"]): relation_name(item) for item in relations}


def _compared(expression: Node, value: str, tables: dict[str, Name]) -> Iterator[Column]:
    sides = (expression.get("lexpr", {}), expression.get("rexpr", {}))
    for one, other in (sides, sides[::-1]):
        if "ColumnRef" in one and _holds(other, value):
            *qualifier, column = strings(one["ColumnRef"]["fields"])
            table = tables.get(qualifier[-1]) if qualifier else next(iter(tables.values()), None)
            if table and (qualifier or len(tables) == 1):
                yield Column(table, column)


def _inserted(node: Node, value: str) -> Iterator[Column]:
    select = node.get("selectStmt", {}).get("SelectStmt", {})
    named = [item["ResTarget"]["name"] for item in node.get("cols", ())]
    rows = [row["List"]["items"] for row in select.get("valuesLists", ())]
    rows.append([item["ResTarget"].get("val") for item in select.get("targetList", ())])
    for row in rows:
        for place, expression in enumerate(row, start=1):
            if _holds(expression, value) and (not named or place <= len(named)):
                yield Column(relation_name(node["relation"]), named[place - 1] if named else place)


def _holds(expression: Node | None, value: str) -> bool:
    """Whether an expression is the literal, or a list or array with it, or a choice between such."""
    if not isinstance(expression, dict):
        return False
    for kind in ("List", "A_ArrayExpr", "CoalesceExpr", "CaseExpr"):
        if kind in expression:
            inner = expression[kind]
            parts = [*inner.get("items", ()), *inner.get("elements", ())]
            if kind in {"CoalesceExpr", "CaseExpr"}:
                parts += [item.get("CaseWhen", {}).get("result") or item for item in inner.get("args", ())]
                parts.append(inner.get("defresult"))
            return any(is_literal(part, value) for part in parts)
    return is_literal(expression, value)
