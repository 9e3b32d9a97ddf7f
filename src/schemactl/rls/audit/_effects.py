"""What calling a function comes to: whether it asks who calls, what it reads and changes, itself and through others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from schemactl.catalog.snapshot import Attributes
from schemactl.sql import identity
from schemactl.sql.ddl import bodies
from schemactl.sql.ddl.expressions import calls, tables
from schemactl.sql.ddl.words import constant, relation
from schemactl.sql.names import Name
from schemactl.sql.nodes import Node

if TYPE_CHECKING:
    from schemactl.rls.audit._facts import Facts

Path = tuple[str, ...]

_ACTS = re.compile(
    r"setval|set_config|lo_\w+|dblink\w*|pg_(?:read|ls|terminate|cancel|reload|notify|logical|create|drop|switch)\w*"
    r"|\w+_to_xml\w*|http\w*|gin_clean_pending_list"
)
"""Functions of the server and of its extensions that do more than answer, or run text as a query."""
CURRENT = frozenset({"SVFOP_CURRENT_USER", "SVFOP_USER", "SVFOP_CURRENT_ROLE"})
"""CURRENT_USER by its names: inside a SECURITY DEFINER function the owner."""
_NO_PERSON = re.compile(r"secret|passw|encrypt|key|token$|url$|^[^.]*$")
_QUEUES = ("pgmq", "cron")
"""Schemas of extensions that keep work to be done."""
_SERVER = frozenset({"role", "session_authorization"})
_CAPABILITY = re.compile(r"token|secret|code$|nonce|otp|hash|key$|session|ticket|passw|magic|invit")
_QUOTED_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SESSION = re.compile(r"\bauth\s*\.\s*\w+\s*\(|\bcurrent_setting\s*\(|\bsession_user\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Effect:
    """`asks`: it asks the session; `asks_role`: it asks CURRENT_USER, which tells the caller where it is no definer.

    `reads`: the relations whose rows its answer may come from, the server's own left out; `presented`: those that it
    looks up by a secret that the caller brings. `writes`: it changes something that no such secret chooses; `sweeping`:
    it changes every row, or does what nobody knows. `readable`: its text says what it does. `raises`: it may stop the caller.
    """

    asks: bool = False
    asks_role: bool = False
    writes: bool = False
    sweeping: bool = False
    reads: frozenset[Name] = frozenset()
    presented: frozenset[Name] = frozenset()
    readable: bool = True
    raises: bool = False

    def and_(self, other: "Effect") -> "Effect":
        """Of both together."""
        return Effect(
            self.asks or other.asks,
            self.asks_role or other.asks_role,
            self.writes or other.writes,
            self.sweeping or other.sweeping,
            self.reads | other.reads,
            self.presented | other.presented,
            self.readable and other.readable,
            self.raises or other.raises,
        )


@dataclass(frozen=True, eq=False)
class Effects:
    """The functions of a catalog, each read once, when it is asked for."""

    facts: "Facts"

    def of(self, path: Path) -> Effect:
        """Of calling the function; what calls itself is told once."""
        if path not in self._known:
            self._known[path] = Effect()
            function = self.functions[path]
            effect = self._own(path, function)
            if function.get("security_definer"):
                effect = replace(effect, asks_role=False)  # CURRENT_USER is its owner
            self._known[path] = effect
        return self._known[path]

    def asks(self, path: Path) -> bool:
        """Whether calling it tells who is there."""
        effect = self.of(path)
        return effect.asks or effect.asks_role

    def called(self, name: Name, count: int) -> list[Path]:
        """The functions that a call with that many arguments may mean; without a schema, those of any."""
        found = self._by_name.get(name.name, ())
        return [
            path
            for path, least, most in found
            if least <= count <= most and (name.schema is None or path[0] == name.schema)
        ]

    def called_in(self, node: Node | None) -> Iterator[Path]:
        """The functions that an expression calls."""
        for name, call in calls(node):
            yield from self.called(name, len(call.get("args", ())))

    def body(self, path: Path) -> bodies.Body | None:
        """What it runs."""
        if path not in self._bodies:
            function = self.functions[path]
            self._bodies[path] = bodies.read(
                str(function.get("language")),
                str(function.get("arguments", "")),
                None if function.get("result") is None else str(function["result"]),
                str(function.get("body", "")),
            )
        return self._bodies[path]

    def _own(self, path: Path, function: Attributes) -> Effect:
        body = self.body(path)
        if body is None:
            text = _QUOTED_OR_COMMENT.sub(" ", str(function.get("body", "")))
            return Effect(asks=bool(_SESSION.search(text)), writes=True, sweeping=True, readable=False)
        parameters = frozenset(part.split()[0] for part in str(function.get("arguments", "")).split(", ") if part)
        values = body.values()
        changes = [(kind, inner) for kind, inner in body.changes() if not _presents(inner, parameters)]
        effect = Effect(
            asks="SVFOP_SESSION_USER" in values or any(_asks(*call) for call in body.calls()),
            asks_role=not values.isdisjoint(CURRENT),
            writes=body.dynamic or bool(changes),
            sweeping=body.dynamic or any(_sweeping(kind, inner) for kind, inner in changes),
            reads=frozenset(name for name in body.reads() if not _of_the_server(name)),
            presented=frozenset(_presented(body, parameters)),
            raises=body.raises,
        )
        for name, arguments in body.calls():
            others = self.called(name, len(arguments))
            if not others:
                acts = _acts(name)
                effect = effect.and_(Effect(writes=acts, sweeping=acts and name.schema not in _QUEUES))
            for other in others:
                effect = effect.and_(self._within(other))
        return effect

    def _within(self, path: Path) -> Effect:
        """Of a function that another calls: where it neither answers nor stops the caller, nobody hears whom it asks."""
        effect = self.of(path)
        silent = self.functions[path].get("result") == "void" and effect.readable and not effect.raises
        return replace(effect, asks=False, asks_role=False) if silent else effect

    @cached_property
    def functions(self) -> Mapping[Path, Attributes]:
        """All of them, the platform's too, and procedures."""
        return {**self.facts.snapshot.of_kind("procedure"), **self.facts.snapshot.of_kind("function")}

    @cached_property
    def _by_name(self) -> Mapping[str, list[tuple[Path, int, int]]]:
        found: dict[str, list[tuple[Path, int, int]]] = {}
        for path, function in self.functions.items():
            text = str(function.get("arguments", ""))
            most = len([part for part in path[-1].split(",") if part.strip()])
            least = most - text.count(" DEFAULT ")
            variadic = text.startswith("VARIADIC ") or ", VARIADIC " in text
            found.setdefault(path[1], []).append((path, least - variadic, 100 if variadic else most))
        return found

    @cached_property
    def _known(self) -> dict[Path, Effect]:
        return {}

    @cached_property
    def _bodies(self) -> dict[Path, bodies.Body | None]:
        return {}


def asks_session(tree: Node | None) -> bool:
    """Whether an expression asks who the session is, by a function of the platform or a setting."""
    return any(_asks(name, call.get("args", ())) for name, call in calls(tree))


def _asks(name: Name, arguments: Sequence[Node]) -> bool:
    if name.name == "current_setting" and name.schema in (None, "pg_catalog"):
        setting = constant(next(iter(arguments), {}))
        return not isinstance(setting, str) or setting in _SERVER or not _NO_PERSON.search(setting)
    return identity.is_identity(name)


def _acts(name: Name) -> bool:
    """Whether a function that the catalog does not hold may do more than answer: one of an extension, mostly."""
    known = name.schema in (None, "pg_catalog", "extensions", "auth")
    return bool(_ACTS.fullmatch(name.name)) or not known


def _sweeping(kind: str, inner: Node) -> bool:
    return kind not in ("InsertStmt", "UpdateStmt", "DeleteStmt") or (
        kind != "InsertStmt" and "whereClause" not in inner
    )


def _of_the_server(name: Name) -> bool:
    if name.schema:
        return name.schema in ("pg_catalog", "information_schema")
    return name.name.startswith("pg_")


def _presents(statement: Node, parameters: frozenset[str]) -> bool:
    """Whether it goes by a secret that the caller brings: `WHERE token = p_token`."""
    return any(_CAPABILITY.search(column) for column in bodies.presented(statement, parameters))


def _presented(body: bodies.Body, parameters: frozenset[str]) -> Iterator[Name]:
    for kind in ("SelectStmt", "UpdateStmt", "DeleteStmt"):
        for inner in body.nodes.get(kind, ()):
            if "whereClause" in inner and _presents(inner, parameters):
                yield from tables({"from": inner.get("fromClause", ())})
                if "relation" in inner:
                    yield relation(inner["relation"])
