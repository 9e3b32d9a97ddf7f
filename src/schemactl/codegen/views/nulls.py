"""Which expressions can never be null, and which columns a condition lets through only when they are not."""

from collections.abc import Iterator
from typing import Any

from schemactl.codegen.views import builtins
from schemactl.codegen.views.scope import Scope
from schemactl.sql.nodes import Node, list_name, strings, type_name

# Operators of pg_catalog that give null only for null.
_OPERATORS = frozenset(
    {"=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "||", "~~", "!~~", "~", "!~", "@>", "<@"}
)
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">=", "~~", "~~*", "~"})

_FROM_JSON = frozenset({"bool", "int2", "int4", "int8", "float4", "float8", "numeric"})


def is_never_null(value: Node, scope: Scope, *, grouped: bool = False) -> bool:
    """Whether an expression is certain not to be null; `grouped`: aggregates see at least one row."""

    def never(*nodes: Node) -> bool:
        return all(is_never_null(node, scope, grouped=grouped) for node in nodes)

    ((kind, node),) = value.items()
    match kind:
        case "A_Const":
            return not node.get("isnull")
        case "ColumnRef":
            return all("String" in field for field in node["fields"]) and scope.find(strings(node["fields"])).not_null
        case "TypeCast":
            return never(node["arg"]) and not _may_turn_null(node)
        case "CollateClause":
            return never(node["arg"])
        case "NullTest" | "BooleanTest" | "SQLValueFunction" | "RowExpr":
            return kind != "SQLValueFunction" or node.get("op") != "SVFOP_CURRENT_SCHEMA"
        case "BoolExpr":
            return never(*node["args"])
        case "SubLink":
            return node["subLinkType"] in ("EXISTS_SUBLINK", "ARRAY_SUBLINK")
        case "A_ArrayExpr":
            return True
        case "CoalesceExpr":
            return any(never(argument) for argument in node["args"])
        case "MinMaxExpr":
            return any(never(argument) for argument in node["args"])
        case "CaseExpr":
            results = [when["CaseWhen"]["result"] for when in node["args"]]
            return "defresult" in node and never(*results, node["defresult"])
        case "A_Expr":
            return _operator(node) and never(*(node[side] for side in ("lexpr", "rexpr") if side in node))
        case "FuncCall":
            return _call(node, scope, grouped=grouped)
        case _:
            return False


def required_by(condition: Node | None) -> set[tuple[str, ...]]:
    """The references that are not null in every row for which `condition` holds."""
    return set(_required(condition)) if condition else set()


def _required(condition: Node) -> Iterator[tuple[str, ...]]:
    ((kind, node),) = condition.items()
    if kind == "BoolExpr" and node["boolop"] == "AND_EXPR":
        for argument in node["args"]:
            yield from _required(argument)
    elif kind == "NullTest" and node["nulltesttype"] == "IS_NOT_NULL":
        yield from _reference(node["arg"])
    elif kind == "A_Expr" and node["kind"] == "AEXPR_OP" and _name(node) in _COMPARISONS:
        yield from _reference(node.get("lexpr", {}))
        yield from _reference(node["rexpr"])


def _reference(value: Node) -> Iterator[tuple[str, ...]]:
    while "TypeCast" in value:
        value = value["TypeCast"]["arg"]
    if "ColumnRef" in value:
        yield tuple(strings(value["ColumnRef"]["fields"])[-2:])


def _may_turn_null(cast: Node) -> bool:
    """Whether a cast may read a JSON null as an SQL null, which version 18 does for these types."""
    source = cast["arg"]
    if type_name(cast["typeName"]).name not in _FROM_JSON:
        return False
    return "ColumnRef" in source or ("FuncCall" in source and "json" in _function(source["FuncCall"]))


def _operator(node: Node) -> bool:
    if node["kind"] == "AEXPR_OP":
        return _name(node) in _OPERATORS
    return node["kind"] in ("AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT")


def _name(node: Node) -> str:
    return list_name(node["name"]).name


def _function(node: Node) -> str:
    name = list_name(node["funcname"])
    return name.name if name.schema in (None, "pg_catalog") else ""


def _call(node: Node, scope: Scope, *, grouped: bool) -> bool:
    name = _function(node)
    if name in builtins.NEVER_NULL:
        return True
    arguments: list[Any] = node.get("args", [])
    known = all(is_never_null(argument, scope, grouped=grouped) for argument in arguments)
    if name in builtins.OF_GROUP:
        return grouped and known and "agg_filter" not in node and "over" not in node
    return name in builtins.STRICT and known
