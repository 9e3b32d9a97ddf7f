"""Conditions of policies, weakened in every way that leaves them valid: what a test of access must notice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Weakening:
    """What was done to the condition, in words, and the condition as it is then."""

    what: str
    text: str


def weakenings(text: str, others: Mapping[str, Sequence[str]]) -> Iterator[Weakening]:
    """The condition `text` with one conjunct or one restriction of a row taken away, one at a time.

    `others` names, for a column of the policy's table, further columns of the same type. The whole condition replaced
    by `true` comes first. Subqueries are weakened inside too.
    """
    yield Weakening("true", "true")
    seen = {"true", _printed(_tree(text))}
    for number, _ in enumerate(_nodes(_tree(text))):
        for what, change in _changes(number, text, others):
            tree = _tree(text)
            node = next(node for place, node in enumerate(_nodes(tree)) if place == number)
            changed = _printed(change(tree, node))
            if changed not in seen:
                seen.add(changed)
                yield Weakening(what, changed)


_Change = Callable[[Any, Any], Any]


def _changes(number: int, text: str, others: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, _Change]]:
    from pglast import ast
    from pglast.enums import BoolExprType

    node: Any = next(node for place, node in enumerate(_nodes(_tree(text))) if place == number)
    if isinstance(node, ast.BoolExpr) and node.boolop == BoolExprType.AND_EXPR:
        for place, argument in enumerate(node.args or ()):
            yield f"without {_printed(argument)}", _dropping(place)
    elif isinstance(node, ast.A_Expr) and _operator(node) == "=":
        column: Any = next((side for side in (node.lexpr, node.rexpr) if isinstance(side, ast.ColumnRef)), None)
        other = node.rexpr if column is node.lexpr else node.lexpr
        if column is None or isinstance(other, ast.ColumnRef):
            return
        yield f"{_printed(column)} is not null instead of {_printed(node)}", _presence
        for name in others.get(column.fields[-1].sval, ()) if len(column.fields) == 1 else ():
            yield f"{name} instead of {_printed(column)}", _swapping(name)


def _dropping(place: int) -> _Change:
    def change(tree: Any, node: Any) -> Any:
        kept = [argument for number, argument in enumerate(node.args) if number != place]
        if len(kept) > 1:
            node.args = tuple(kept)
            return tree
        return _replaced(tree, node, kept[0])

    return change


def _presence(tree: Any, node: Any) -> Any:
    from pglast import ast
    from pglast.enums import NullTestType

    column = node.lexpr if isinstance(node.lexpr, ast.ColumnRef) else node.rexpr
    return _replaced(tree, node, ast.NullTest(arg=column, nulltesttype=NullTestType.IS_NOT_NULL))


def _swapping(name: str) -> _Change:
    def change(tree: Any, node: Any) -> Any:
        from pglast import ast

        column = node.lexpr if isinstance(node.lexpr, ast.ColumnRef) else node.rexpr
        column.fields = (ast.String(sval=name),)
        return tree

    return change


def _replaced(tree: Any, old: Any, new: Any) -> Any:
    """The tree with one node in another's place."""
    if tree is old:
        return new
    for parent in _nodes(tree):
        for name in _slots(parent):
            value = getattr(parent, name)
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, tuple) and any(item is old for item in value):
                setattr(parent, name, tuple(new if item is old else item for item in value))
    return tree


def _tree(text: str) -> Any:
    from pglast import parse_sql

    statement: Any = parse_sql(f"select ({text})")[0].stmt
    return statement.targetList[0].val


def _printed(tree: Any) -> str:
    from pglast.stream import RawStream

    return str(RawStream()(tree))


def _nodes(tree: Any) -> Iterator[Any]:
    """Every node, in an order that is always the same."""
    from pglast import ast

    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending += reversed(node)
        elif isinstance(node, ast.Node):
            yield node
            pending += [getattr(node, name) for name in reversed(_slots(node))]


def _slots(node: Any) -> list[str]:
    return list(node.__slots__)


def _operator(node: Any) -> str:
    return str(node.name[-1].sval) if node.name else ""


def parts(text: str) -> tuple[str, ...]:
    """The conditions that AND, OR and NOT put together into `text`, in order; itself where it is but one."""
    from pglast import ast

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, ast.BoolExpr):
            for argument in node.args or ():
                yield from walk(argument)
        else:
            yield _printed(node)

    return tuple(dict.fromkeys(walk(_tree(text))))
