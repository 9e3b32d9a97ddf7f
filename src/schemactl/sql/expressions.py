"""Conditions of a schema as small trees: CHECKs, predicates of indexes, generated columns, policies.

Every operator and every function is a `Call`; what means the same is written in one way: `<>` is `not(=)`, BETWEEN two
comparisons, `= ANY (ARRAY[…])` is `in`, casts are dropped. Values are texts, as the server reads and writes them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from schemactl.core.errors import SourceError
from schemactl.sql.nodes import Node, strings
from schemactl.sql.parse import parse


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table at hand, or `value`, the value of the domain at hand."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal as text; None is NULL. Booleans are `true` and `false`."""

    text: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """An operator, a function or a construct of SQL, by its lower-case name without a schema: `and`, `>=`, `length`.

    `is null`, `is true`, `is false`, `in`, `case` (condition, result, …, else), `array`, `row`; `?` is anything else,
    with the parts that were found in it.
    """

    name: str
    arguments: tuple["Expression", ...]


Expression = Column | Constant | Call

TRUE = Constant("true")
NULL = Constant(None)
_OPPOSITE = {"<>": "=", "!=": "=", "!~": "~", "!~*": "~*", "!~~": "~~", "!~~*": "~~*"}
_SAME = {"char_length": "length", "character_length": "length", "bpchar_length": "length"}


@cache
def expression(text: str) -> Expression:
    """The tree of an expression as Postgres prints it. Raises SourceError for what is none."""
    return _tree(_target(f"SELECT {text}"))


@cache
def check(definition: str) -> tuple[str, Expression]:
    """The condition of `CHECK (…) [NO INHERIT]`: its text, and its tree. Raises SourceError."""
    text = definition.removesuffix(" NO INHERIT").removeprefix("CHECK ")
    return text, expression(text)


@cache
def key_parts(definition: str) -> tuple[tuple[Expression, ...], Expression]:
    """What `CREATE [UNIQUE] INDEX …` or `EXCLUDE …` tells apart: the keys, and the condition under which it does.

    Without a WHERE the condition is `TRUE`. Raises SourceError.
    """
    text = definition if definition.startswith("CREATE") else f"ALTER TABLE t ADD {definition}"
    node = parse(text).statements[0].node
    if "indexParams" in node:
        elements = node["indexParams"]
    else:
        node = node["cmds"][0]["AlterTableCmd"]["def"]["Constraint"]
        elements = [item["List"]["items"][0] for item in node["exclusions"]]
        node = {"whereClause": node.get("where_clause")}
    keys = tuple(_key(item["IndexElem"]) for item in elements)
    return keys, _tree(node["whereClause"]) if node.get("whereClause") else TRUE


def columns(tree: Expression) -> frozenset[str]:
    """The names of the columns in an expression."""
    return frozenset(part.name for part in walk(tree) if isinstance(part, Column))


def constants(tree: Expression) -> tuple[str, ...]:
    """The literals in an expression, NULL aside, in the order of their writing."""
    return tuple(part.text for part in walk(tree) if isinstance(part, Constant) and part.text is not None)


def walk(tree: Expression) -> Iterator[Expression]:
    """The expression and everything in it, outermost first."""
    stack = [tree]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, Call):
            stack.extend(reversed(part.arguments))


def substitute(tree: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """The expression with columns replaced by others, as a generated column by what it is generated from."""
    match tree:
        case Column(name):
            return replacements.get(name, tree)
        case Call(name, arguments):
            return Call(name, tuple(substitute(part, replacements) for part in arguments))
    return tree


def negation(tree: Expression) -> Expression:
    """`not(tree)`, without a double negation."""
    if isinstance(tree, Call) and tree.name == "not":
        return tree.arguments[0]
    return Call("not", (tree,))


def _target(text: str) -> Node:
    try:
        target: Node = parse(text).statements[0].node["targetList"][0]["ResTarget"]["val"]
    except (KeyError, IndexError):
        raise SourceError(f"not an expression: {text.removeprefix('SELECT ')}") from None
    return target


def _key(element: Node) -> Expression:
    return _tree(element["expr"]) if "expr" in element else Column(element["name"])


def _tree(node: Node) -> Expression:
    ((kind, inner),) = node.items()
    reader = _READERS.get(kind)
    return reader(inner) if reader else _unknown(inner)


def _trees(nodes: Sequence[Node]) -> tuple[Expression, ...]:
    return tuple(_tree(node) for node in nodes)


def _column(node: Node) -> Expression:
    names = strings(node["fields"])
    return Column(names[-1]) if names else Call("?", ())


def _constant(node: Node) -> Expression:
    if node.get("isnull"):
        return NULL
    if "boolval" in node:
        return Constant("true" if node["boolval"].get("boolval") else "false")
    for kind, missing in (("sval", ""), ("ival", 0), ("fval", "0"), ("bsval", "")):
        if kind in node:
            return Constant(str(node[kind].get(kind, missing)))
    return Call("?", ())


def _logic(node: Node) -> Expression:
    name = {"AND_EXPR": "and", "OR_EXPR": "or", "NOT_EXPR": "not"}[node["boolop"]]
    arguments = _trees(node["args"])
    return negation(arguments[0]) if name == "not" else Call(name, arguments)


def _null_test(node: Node) -> Expression:
    test = Call("is null", (_tree(node["arg"]),))
    return negation(test) if node.get("nulltesttype") == "IS_NOT_NULL" else test


def _boolean_test(node: Node) -> Expression:
    words = node.get("booltesttype", "IS_TRUE").lower().split("_")
    if words[-1] == "unknown":
        words[-1] = "null"
    test = Call(f"is {words[-1]}", (_tree(node["arg"]),))
    return negation(test) if "not" in words else test


def _operator(node: Node) -> Expression:
    kind = node["kind"].removeprefix("AEXPR_").lower()
    name = strings(node["name"])[-1].lower()
    right = node.get("rexpr", {})
    left = _tree(node["lexpr"]) if "lexpr" in node else None
    if left is None:
        return _prefixed(name, _tree(right))
    match kind:
        case "in":
            test = Call("in", (left, *_trees(right["List"]["items"])))
            return negation(test) if name in {"<>", "!="} else test
        case "op_any" | "op_all":
            return _quantified(kind, name, left, _tree(right))
        case "between" | "not_between" | "between_sym" | "not_between_sym":
            low, high = _trees(right["List"]["items"])
            test = Call("and", (Call(">=", (left, low)), Call("<=", (left, high))))
            return negation(test) if kind.startswith("not") else test
        case "distinct" | "not_distinct":
            same = Call("is same", (left, _tree(right)))
            return same if kind.startswith("not") else negation(same)
        case "nullif":
            return Call("nullif", (left, _tree(right)))
    return _binary(name, left, _tree(right))


def _prefixed(name: str, operand: Expression) -> Expression:
    if name == "-" and isinstance(operand, Constant) and operand.text is not None:
        return Constant(f"-{operand.text}")
    return operand if name == "+" else Call(name, (operand,))


def _binary(name: str, left: Expression, right: Expression) -> Expression:
    if name in _OPPOSITE:
        return Call("not", (Call(_OPPOSITE[name], (left, right)),))
    return Call(name, (left, right))


def _quantified(kind: str, name: str, left: Expression, right: Expression) -> Expression:
    if not isinstance(right, Call) or right.name != "array":
        return Call("any" if kind == "op_any" else "all", (Constant(name), left, right))
    if kind == "op_any" and name == "=":
        return Call("in", (left, *right.arguments))
    if kind == "op_all" and name in {"<>", "!="}:
        return Call("not", (Call("in", (left, *right.arguments)),))
    return Call("or" if kind == "op_any" else "and", tuple(_binary(name, left, item) for item in right.arguments))


def _function(node: Node) -> Expression:
    name = strings(node["funcname"])[-1].lower()
    return Call(_SAME.get(name, name), _trees(node.get("args", ())))


def _case(node: Node) -> Expression:
    subject = _tree(node["arg"]) if "arg" in node else None
    arguments: list[Expression] = []
    for item in node["args"]:
        condition = _tree(item["CaseWhen"]["expr"])
        arguments.append(condition if subject is None else Call("=", (subject, condition)))
        arguments.append(_tree(item["CaseWhen"]["result"]))
    arguments.append(_tree(node["defresult"]) if "defresult" in node else NULL)
    return Call("case", tuple(arguments))


def _cast(node: Node) -> Expression:
    inner = _tree(node["arg"])
    array = node.get("typeName", {}).get("arrayBounds")
    if array and isinstance(inner, Constant) and (inner.text or "").startswith("{"):
        items = _plain_items(inner.text or "")
        return inner if items is None else Call("array", tuple(Constant(item) for item in items))
    return inner


def _plain_items(text: str) -> list[str] | None:
    """The elements of an array literal such as `{a,b}`; None where one is quoted or nested."""
    if any(mark in text[1:-1] for mark in '"{}\\'):
        return None
    return text[1:-1].split(",") if text != "{}" else []


def _unknown(node: Any) -> Expression:
    found: list[Expression] = []
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            known = [kind for kind in item if kind in _READERS]
            if known:
                found.append(_tree({known[0]: item[known[0]]}))
            else:
                stack.extend(reversed(item.values()))
    return Call("?", tuple(found))


_READERS: dict[str, Callable[[Node], Expression]] = {
    "ColumnRef": _column,
    "A_Const": _constant,
    "TypeCast": _cast,
    "CollateClause": lambda node: _tree(node["arg"]),
    "BoolExpr": _logic,
    "NullTest": _null_test,
    "BooleanTest": _boolean_test,
    "A_Expr": _operator,
    "FuncCall": _function,
    "CaseExpr": _case,
    "CoalesceExpr": lambda node: Call("coalesce", _trees(node["args"])),
    "MinMaxExpr": lambda node: Call("least" if node.get("op") == "IS_LEAST" else "greatest", _trees(node["args"])),
    "A_ArrayExpr": lambda node: Call("array", _trees(node.get("elements", ()))),
    "SQLValueFunction": lambda node: Call(node.get("op", "").removeprefix("SVFOP_").lower(), ()),
    "RowExpr": lambda node: Call("row", _trees(node.get("args", ()))),
}
