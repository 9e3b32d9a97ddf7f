"""Policies with their conditions as trees, and the clients to whom they matter."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from schemactl.catalog.snapshot import Attributes
from schemactl.rls.audit._effects import asks_session
from schemactl.rls.audit._facts import PLATFORM, Facts
from schemactl.rls.audit._facts import title as title_of
from schemactl.rls.relations import Policy, Relation
from schemactl.sql.ddl.expressions import calls, columns, conjuncts, disjuncts, operator, tree
from schemactl.sql.ddl.words import constant
from schemactl.sql.nodes import Node, of_kind, walk

PRIVILEGES = {
    "select": ("SELECT",),
    "insert": ("INSERT",),
    "update": ("UPDATE",),
    "delete": ("DELETE",),
    "all": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
_OPEN_TO_PROJECTS = (("storage", "objects"), ("storage", "buckets"), ("realtime", "messages"))
"""Tables of the platform whose policies the project writes."""


@dataclass(frozen=True, eq=False)
class Guard:
    """A policy; `clients` are those whom it is for and who hold the privilege that it is about."""

    table: Relation
    policy: Policy
    clients: tuple[str, ...]

    @property
    def title(self) -> str:
        """`policy own on public.notes`."""
        return title_of(self.policy)

    @cached_property
    def using(self) -> Node | None:
        """The condition on rows that are there."""
        return tree(self.policy.using) if self.policy.using else None

    @cached_property
    def check(self) -> Node | None:
        """The condition on new rows, where it is written."""
        return tree(self.policy.check) if self.policy.check else None

    @property
    def conditions(self) -> list[Node]:
        """Those that there are."""
        return [one for one in (self.using, self.check) if one]

    @property
    def text(self) -> str:
        """Both, as SQL."""
        return f"{self.policy.using or ''} {self.policy.check or ''}"

    @property
    def writes(self) -> bool:
        """Whether it is about more than reading."""
        return self.policy.command != "select"


@lru_cache(maxsize=1)
def guards(facts: Facts) -> tuple[Guard, ...]:
    """The policies that a client meets."""
    return tuple(_guards(facts))


def _guards(facts: Facts) -> Iterator[Guard]:
    for relation in (*facts.tables, *(facts.relations[path] for path in _OPEN_TO_PROJECTS if path in facts.relations)):
        for policy in relation.policies if relation.row_security else ():
            held = facts.holders(relation, *PRIVILEGES[policy.command])
            clients = [name for name in _signing_in(facts) if name in held or "PUBLIC" in held]
            met = tuple(name for name in clients if policy.roles & facts.identities(name))
            if met:
                yield Guard(relation, policy, met)


def _signing_in(facts: Facts) -> tuple[str, ...]:
    return tuple(name for name in facts.clients if name != "PUBLIC")


def ways(condition: Node | None) -> Iterator[list[Node]]:
    """Each way to satisfy the condition, as what must hold together."""
    for way in disjuncts(condition):
        yield list(conjuncts(way))


def asks(facts: Facts, node: Node | None) -> bool:
    """Whether it asks who the session is, by the platform's functions or by the project's own."""
    if node is None:
        return False
    known = facts.asked.get(id(node))
    if known is None:
        known = facts.asked[id(node)] = (node, _asks(facts, node))
    return known[1]


def _asks(facts: Facts, node: Node) -> bool:
    if next(of_kind(node, "SQLValueFunction"), None) or asks_session(node):
        return True
    return any(facts.effects.asks(path) for path in facts.effects.called_in(node) if path[0] not in facts.managed)


def bodies(facts: Facts, guard: Guard) -> Iterator[tuple[tuple[str, ...], Attributes]]:
    """The project's functions that the policy calls."""
    if guard not in facts.called:
        called = dict.fromkeys(path for condition in guard.conditions for path in facts.effects.called_in(condition))
        facts.called[guard] = [path for path in called if path[0] not in facts.managed]
    return ((path, facts.effects.functions[path]) for path in facts.called[guard])


def own_columns(guard: Guard, node: Node | None) -> set[str]:
    """The columns of the policy's own table that the condition reads: unqualified outside subqueries, qualified inside."""
    outside = {name[-1] for name in columns(node, into_subqueries=False) if len(name) == 1}
    inside = {name[-1] for name in columns(node) if len(name) > 1 and name[-2] == guard.table.path[1]}
    return (outside | inside) & set(guard.table.columns)


def the_same_for_every_row(guard: Guard, condition: Node) -> Iterator[Node]:
    """Calls that are made for every row and read no column: one a query would do."""
    for kind, inner in walk(_every_row(guard, condition)):
        if kind == "FuncCall" and not any(columns({kind: inner})):
            yield inner


def _every_row(guard: Guard, node: Any) -> Any:
    """What of a condition is worked out for every row: without the sub-selects that name no column of the table.

    Those are run once a query; a column from outside a sub-select is always written with its table there.
    """
    if isinstance(node, list):
        return [_every_row(guard, item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        kind: _every_row(guard, inner)
        for kind, inner in node.items()
        if kind != "SubLink" or any(len(c) > 1 and c[-2] == guard.table.path[1] for c in columns(inner))
    }


def person_columns(facts: Facts, guard: Guard, part: Node) -> set[str]:
    """The columns of the policy's table that must equal who asks: `user_id = (SELECT auth.uid())`."""
    inner = part.get("A_Expr")
    if not inner or operator(inner) != "=":
        return set()
    sides = (inner.get("lexpr"), inner.get("rexpr"))
    return {
        column
        for side, other in (sides, sides[::-1])
        if asks(facts, other)
        and not own_columns(guard, other)
        and not any(kind == "RangeVar" for kind, _ in walk(other))
        for column in own_columns(guard, side)
        if not any(calls(side))
    }


def comparisons(node: Node | None, *operators: str) -> Iterator[tuple[Node, Node, Node]]:
    """`left OPERATOR right`, anywhere in the condition: the whole, left and right."""
    for kind, inner in walk(node):
        if kind == "A_Expr" and operator(inner) in operators and "lexpr" in inner and "rexpr" in inner:
            yield inner, inner["lexpr"], inner["rexpr"]


def uncast(node: Node | None) -> Node:
    """The expression below its casts."""
    while node and "TypeCast" in node:
        node = node["TypeCast"].get("arg")
    return node or {}


def text_of(node: Node | None) -> str | None:
    """The text of a literal, casts left out."""
    value = constant(uncast(node))
    return value if isinstance(value, str) else None


def email(node: Node | None) -> bool:
    """Whether it is what the session says of its email address."""
    called = {(name.schema, name.name) for name, _ in calls(node)}
    words = {constant({kind: inner}) for kind, inner in walk(node) if kind == "A_Const"}
    return ("auth", "email") in called or (("auth", "jwt") in called and "email" in words)


def platform(facts: Facts) -> bool:
    """Whether clients are the roles of a platform, which many people share."""
    return any(name in facts.roles for name in PLATFORM)
