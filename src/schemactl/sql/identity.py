"""Conditions of policies: whether they ask who is there, and how.

https://www.postgresql.org/docs/current/ddl-rowsecurity.html
"""

from collections.abc import Iterator

from schemactl.sql.ddl.expressions import calls, conjuncts, disjuncts
from schemactl.sql.ddl.node import Name
from schemactl.sql.nodes import Node, walk

# Functions and settings that tell who is there.
_FUNCTIONS = frozenset({"uid", "jwt", "role", "email", "current_setting", "current_user_id", "get_my_claim"})
_VALUES = frozenset({"SVFOP_CURRENT_USER", "SVFOP_SESSION_USER", "SVFOP_USER", "SVFOP_CURRENT_ROLE"})
EVERYBODY = frozenset({"public", "anon", "authenticated"})


def parts(*expressions: Node | None) -> list[Node]:
    """The conditions that are there."""
    return [expression for expression in expressions if expression]


def is_identity(name: Name) -> bool:
    """Whether a function tells who is there: `auth.uid()`, `current_setting('app.user')`."""
    return name.schema == "auth" or (name.name in _FUNCTIONS and name.schema in {None, "pg_catalog"})


def bare_calls(expression: Node | None) -> Iterator[Name]:
    """Calls that stand outside any sub-select, so that they are made for every row."""
    return (name for name, _ in calls(expression, into_subqueries=False) if is_identity(name))


def asks_identity(expression: Node | None) -> bool:
    """Whether the condition depends on who asks, or leaves the answer to a query or a function."""
    return any(
        kind in {"FuncCall", "SubLink"} or (kind == "SQLValueFunction" and inner.get("op") in _VALUES)
        for kind, inner in walk(expression)
    )


def presence_only(expression: Node | None) -> bool:
    """Whether every way to satisfy it is that some column holds a value: `share_token IS NOT NULL`."""
    if not expression:
        return False
    return any(all(_is_present(part) for part in conjuncts(way)) for way in disjuncts(expression))


def is_false(expression: Node) -> bool:
    """Whether it is `false` as written, so that nothing passes."""
    boolean = expression.get("A_Const", {}).get("boolval")
    return boolean is not None and not boolean.get("boolval")


def _is_present(node: Node) -> bool:
    test = node.get("NullTest")
    return test is not None and test.get("nulltesttype") == "IS_NOT_NULL" and "ColumnRef" in test.get("arg", {})


def is_missing_identity(expression: Node | None) -> bool:
    """Whether being nobody satisfies it: `auth.uid() IS NULL OR …`."""
    for way in disjuncts(expression):
        for part in conjuncts(way):
            test = part.get("NullTest")
            if test and test.get("nulltesttype") == "IS_NULL":
                return any(is_identity(name) for name, _ in calls(test.get("arg")))
    return False


def owner_columns(expression: Node | None) -> Iterator[str]:
    """Columns that are compared with who asks: `user_id = (SELECT auth.uid())`."""
    for kind, inner in walk(expression, into_subqueries=False):
        if kind != "A_Expr" or inner.get("kind") != "AEXPR_OP":
            continue
        sides = [inner.get("lexpr"), inner.get("rexpr")]
        for side, other in (sides, sides[::-1]):
            fields = (side or {}).get("ColumnRef", {}).get("fields", ())
            if fields and "String" in fields[-1] and _is_uid(other):
                yield fields[-1]["String"].get("sval", "")


def _is_uid(node: Node | None) -> bool:
    return any(name.schema == "auth" and name.name == "uid" for name, _ in calls(node))
