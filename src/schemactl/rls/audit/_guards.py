"""Policies with their conditions as trees, and the clients to whom they matter."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from schemactl.catalog.snapshot import Attributes
from schemactl.rls.audit._facts import PLATFORM, Facts
from schemactl.rls.audit._facts import title as title_of
from schemactl.rls.relations import Policy, Relation
from schemactl.sql import identity
from schemactl.sql.ddl.expressions import calls, columns, conjuncts, disjuncts, operator, tree
from schemactl.sql.ddl.words import constant
from schemactl.sql.nodes import Node, walk

PRIVILEGES = {
    "select": ("SELECT",),
    "insert": ("INSERT",),
    "update": ("UPDATE",),
    "delete": ("DELETE",),
    "all": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
_OPEN_TO_PROJECTS = (("storage", "objects"), ("storage", "buckets"), ("realtime", "messages"))
"""Tables of the platform whose policies the project writes."""


@dataclass(frozen=True)
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
    values = (kind for kind, _ in walk(node) if kind == "SQLValueFunction")
    if any(values):
        return True
    return any(
        identity.is_identity(name) or (name.schema or "public", name.name) in facts.asking for name, _ in calls(node)
    )


def bodies(facts: Facts, guard: Guard) -> Iterator[tuple[tuple[str, ...], Attributes]]:
    """The project's functions that the policy calls."""
    found = {path: function for path, function in facts.calls(guard.text) if path[0] not in facts.managed}
    yield from found.items()


def own_columns(guard: Guard, node: Node | None) -> set[str]:
    """The columns of the policy's own table that the condition reads: unqualified outside subqueries, qualified inside."""
    outside = {name[-1] for name in columns(node, into_subqueries=False) if len(name) == 1}
    inside = {name[-1] for name in columns(node) if len(name) > 1 and name[-2] == guard.table.path[1]}
    return (outside | inside) & set(guard.table.columns)


def comparisons(node: Node | None, *operators: str) -> Iterator[tuple[Node, Node, Node]]:
    """`left OPERATOR right`, anywhere in the condition: the whole, left and right."""
    for kind, inner in walk(node):
        if kind == "A_Expr" and operator(inner) in operators and "lexpr" in inner and "rexpr" in inner:
            yield inner, inner["lexpr"], inner["rexpr"]


def text_of(node: Node | None) -> str | None:
    """The text of a literal, casts left out."""
    while node and "TypeCast" in node:
        node = node["TypeCast"].get("arg")
    value = constant(node) if node else None
    return value if isinstance(value, str) else None


def email(node: Node | None) -> bool:
    """Whether it is what the session says of its email address."""
    called = {(name.schema, name.name) for name, _ in calls(node)}
    words = {constant({kind: inner}) for kind, inner in walk(node) if kind == "A_Const"}
    return ("auth", "email") in called or (("auth", "jwt") in called and "email" in words)


def platform(facts: Facts) -> bool:
    """Whether clients are the roles of a platform, which many people share."""
    return any(name in facts.roles for name in PLATFORM)
