"""Questions about expressions in libpg_query's JSON: what they call, what they read, whether they are constant."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.words import constant, qualified, relation, words
from schemactl.sql.nodes import of_kind, walk

Json = Mapping[str, Any]


def calls(node: Json | None, *, into_subqueries: bool = True) -> Iterator[tuple[Name, Json]]:
    """The functions that an expression calls, with the call."""
    for inner in of_kind(node, "FuncCall", into_subqueries=into_subqueries):
        yield qualified(words(inner.get("funcname"))), inner


def columns(node: Json | None, *, into_subqueries: bool = True) -> Iterator[tuple[str, ...]]:
    """The columns that an expression reads, each as its written parts."""
    for inner in of_kind(node, "ColumnRef", into_subqueries=into_subqueries):
        parts = words(inner.get("fields"))
        if parts:
            yield parts


def tables(node: Json | None) -> Iterator[Name]:
    """The relations that a query names in FROM."""
    return map(relation, of_kind(node, "RangeVar"))


def has_subquery(node: Json | None) -> bool:
    """Whether there is a sub-select."""
    return next(of_kind(node, "SubLink"), None) is not None


def is_null(node: Json | None) -> bool:
    """Whether the expression is the constant NULL, cast or not."""
    if not node:
        return False
    if "TypeCast" in node:
        return is_null(node["TypeCast"].get("arg"))
    return bool(node.get("A_Const", {}).get("isnull"))


def is_constant(node: Json | None) -> bool:
    """Whether the expression holds neither a function nor a column nor a sub-select."""
    return all(
        kind not in {"FuncCall", "ColumnRef", "SubLink", "ParamRef", "SQLValueFunction"} for kind, _ in walk(node)
    )


def operator(inner: Json) -> str:
    """The operator of an A_Expr."""
    return "".join(words(inner.get("name"))[-1:])


def conjuncts(node: Json | None) -> Iterator[Json]:
    """The parts joined by AND."""
    yield from _joined(node, "AND_EXPR")


def disjuncts(node: Json | None) -> Iterator[Json]:
    """The parts joined by OR."""
    yield from _joined(node, "OR_EXPR")


def alternatives(node: Json | None, most: int = 64) -> list[list[Json]]:
    """Each way to satisfy a condition, as what must hold together; where there are too many, the condition whole."""
    inner = (node or {}).get("BoolExpr", {})
    ways: list[list[Json]]
    if inner.get("boolop") == "OR_EXPR":
        ways = [way for argument in inner.get("args", ()) for way in alternatives(argument, most)]
    elif inner.get("boolop") == "AND_EXPR":
        ways = [[]]
        for argument in inner.get("args", ()):
            ways = [[*way, *other] for way in ways for other in alternatives(argument, most)][: most + 1]
    else:
        ways = [[node]] if node else [[]]
    return ways if len(ways) <= most else [list(conjuncts(node))]


def _joined(node: Json | None, kind: str) -> Iterator[Json]:
    if not node:
        return
    inner = node.get("BoolExpr")
    if inner and inner.get("boolop") == kind:
        for argument in inner.get("args", ()):
            yield from _joined(argument, kind)
    else:
        yield node


def always_true(node: Json | None) -> bool:
    """Whether a predicate holds whatever the row: `true`, `1 = 1`, `x = x`, or one such part under OR."""
    return any(_certain(part) for part in disjuncts(node)) or (
        bool(node) and all(_certain(part) for part in conjuncts(node))
    )


def always_false(node: Json | None) -> bool:
    """Whether a predicate holds for no row: `false`, alone or under AND."""
    return any(constant(part) is False for part in conjuncts(node))


def _certain(node: Json) -> bool:
    value = constant(node)
    if isinstance(value, bool):
        return value
    inner = node.get("A_Expr")
    if not inner or inner.get("kind") != "AEXPR_OP" or operator(inner) != "=":
        return False
    left, right = inner.get("lexpr"), inner.get("rexpr")
    return constant(left) is not None and constant(left) == constant(right)


_PLACEHOLDER = re.compile(r"%(?:[0-9]+\$)?-?[0-9]*([sIL%])")


def tree(expression: str) -> Json | None:
    """An expression's tree; None for what is none."""
    import orjson
    from pglast import parser

    try:
        (raw,) = orjson.loads(parser.parse_sql_json(f"SELECT {expression}"))["stmts"]
    except (parser.ParseError, orjson.JSONDecodeError, UnicodeEncodeError, ValueError):
        return None
    found: Json = raw["stmt"]["SelectStmt"]["targetList"][0]["ResTarget"].get("val")
    return found


def pasted(expression: str) -> set[str]:
    """The variables whose text an expression puts into a string as it is: joined by ||, or by format with %s."""
    return set(_pasted(tree(expression)))


def _pasted(node: Json | None) -> Iterator[str]:
    ahead = [node]
    while ahead:
        part = ahead.pop() or {}
        if "ColumnRef" in part:
            yield from words(part["ColumnRef"].get("fields"))[-1:]
        elif "A_Expr" in part and operator(part["A_Expr"]) == "||":
            ahead += [part["A_Expr"].get("lexpr"), part["A_Expr"].get("rexpr")]
        elif "FuncCall" in part and words(part["FuncCall"].get("funcname"))[-1:] == ("format",):
            template, *values = part["FuncCall"].get("args", ()) or ({},)
            kinds = [kind for kind in _PLACEHOLDER.findall(str(constant(template) or "")) if kind != "%"]
            ahead += [value for kind, value in zip(kinds, values, strict=False) if kind == "s"]
