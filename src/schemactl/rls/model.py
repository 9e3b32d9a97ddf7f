"""Declared access as values: who acts, whose a row is, and who may do what to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from schemactl.core.errors import Place
from schemactl.core.results import Json

EVERY = "*"
"""Every row class, or every column."""
OWN, MATE, OTHER, ORPHAN, ROW = "own", "mate", "other", "orphan", "row"
CLASSES = (OWN, MATE, OTHER, ORPHAN, ROW)
"""Whose a row is, seen from an actor; `row` where rows belong to nobody."""
ANYONE = "anyone"
"""In `allow`: every actor, those who are not signed in too."""


class Operation(StrEnum):
    """What an actor may do to a row. `give` and `take` change whose it is."""

    SELECT = "select"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"
    GIVE = "give"
    TAKE = "take"


PLAIN = (Operation.SELECT, Operation.INSERT, Operation.UPDATE, Operation.DELETE)
"""What `all` means."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Operations, each with the columns that it may touch; None for every column."""

    columns: Mapping[Operation, frozenset[str] | None] = field(default_factory=lambda: MappingProxyType({}))
    place: Place | None = None

    def allows(self, operation: Operation, column: str | None = None) -> bool:
        """Whether the operation is among them, for this column where one is given."""
        if operation not in self.columns:
            return False
        named = self.columns[operation]
        return column is None or named is None or column in named

    def named(self, operation: Operation) -> frozenset[str]:
        """The columns that are named for the operation."""
        return self.columns.get(operation) or frozenset()


NOTHING = Rights()


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who sends statements: the role, the person whose rows are `own`, what the session says of both.

    `teams` are those that the person is in; `like` is the actor whose rights this one has as well; `bypass` says that
    the role is meant to bypass row security; `may` holds on every table that does not name the actor.
    """

    name: str
    role: str
    person: str | None = None
    teams: tuple[str, ...] = ()
    claims: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    bypass: bool = False
    like: str | None = None
    may: Rights = NOTHING
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class NamedClass:
    """Rows of a kind that matters: `of` the class they belong to otherwise, `values` what makes them special."""

    name: str
    of: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class TableRules:
    """One line of `tables`. `owner` is the column that says whose a row is, `through` the reference to its parent.

    `bucket`: the line is about the files of this bucket, and their path says whose they are.
    `by_team`: the owner column holds a team. `values` are what the seeder shall write, `waived` why it need not.
    """

    name: str
    allow: Mapping[str, Mapping[str, Rights]]
    owner: str | None = None
    through: str | None = None
    by_team: bool = False
    bucket: str | None = None
    classes: tuple[NamedClass, ...] = ()
    freeze: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    values: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    waived: str | None = None
    reason: str | None = None
    place: Place | None = None

    @property
    def owned(self) -> bool:
        """Whether rows belong to somebody."""
        return bool(self.owner or self.through or self.bucket)

    @property
    def schema(self) -> str:
        """The schema, `public` where none is written."""
        schema, dot, _ = self.name.partition(".")
        return schema if dot else "public"

    @property
    def path(self) -> tuple[str, str]:
        """Schema and name."""
        return self.schema, self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class FunctionRules:
    """One line of `functions`: the actors who may call it."""

    name: str
    actors: frozenset[str]
    reason: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Teams:
    """The table that says who is in which team."""

    table: str
    person: str
    team: str


@dataclass(frozen=True)
class Policies:
    """Every file of a policies folder, put together.

    `become` is `supabase`, `login`, or the name of the setting that holds the person's key. `people` gives keys; who
    has none gets a UUID. `survivors` says of mutants, by pattern, why no test can notice them.
    """

    become: str
    actors: Mapping[str, Actor]
    tables: Mapping[tuple[str, str], TableRules]
    functions: Mapping[str, FunctionRules] = field(default_factory=lambda: MappingProxyType({}))
    realtime: frozenset[str] | None = None
    schemas: tuple[str, ...] = ("public",)
    people: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    members: Teams | None = None
    survivors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def persons(self) -> dict[str, str]:
        """Every person and every team that an actor names, with its key."""
        named: list[str] = []
        for actor in self.actors.values():
            named += [name for name in (actor.person, *actor.teams) if name is not None and name not in named]
        return {name: self.people.get(name, _uuid(number)) for number, name in enumerate(named, 1)}

    def line(self, actor: Actor) -> Iterator[str]:
        """The actor's name and those whose rights it shares."""
        seen: list[str] = []
        name: str | None = actor.name
        while name and name not in seen:
            seen.append(name)
            name = self.actors[name].like
        yield from seen

    @cached_property
    def _known(self) -> dict[tuple[str, str, frozenset[str]], tuple[Rights, ...]]:
        return {}

    def rights(self, table: TableRules, actor: Actor, labels: frozenset[str]) -> tuple[Rights, ...]:
        """What the actor may do to a row that has these classes; remembered by the names of all three."""
        key = (table.name, actor.name, labels)
        if key not in self._known:
            self._known[key] = self._rights(table, actor, labels)
        return self._known[key]

    def _rights(self, table: TableRules, actor: Actor, labels: frozenset[str]) -> tuple[Rights, ...]:
        found = []
        for name in (*self.line(actor), ANYONE):
            by_class = table.allow.get(name)
            if by_class is not None:
                found += [rights for label, rights in by_class.items() if label == EVERY or label in labels]
        named = any(name in table.allow for name in self.line(actor))
        return tuple(found) if named else (*found, *(self.actors[name].may for name in self.line(actor)))

    def allows(
        self, table: TableRules, actor: Actor, labels: frozenset[str], operation: Operation, column: str | None = None
    ) -> bool:
        """Whether the files allow it; what they do not allow they deny."""
        if operation is Operation.UPDATE and not actor.bypass and self._fixed(table, actor, column):
            return False
        return any(rights.allows(operation, column) for rights in self.rights(table, actor, labels))

    def _fixed(self, table: TableRules, actor: Actor, column: str | None) -> bool:
        """Frozen columns stay; whose a row is changes by `give` and `take`, or where the column is named."""
        if column is None:
            return False
        if column in table.freeze:
            return True
        if column not in (table.owner, table.through):
            return False
        everything = self.rights(table, actor, frozenset({*CLASSES, *(c.name for c in table.classes)}))
        return not any(column in rights.named(Operation.UPDATE) for rights in everything)

    def anonymous(self, actor: Actor) -> bool:
        """Whether the actor is nobody in particular and no machine of ours: a grant to it needs a reason."""
        return actor.person is None and not actor.teams and not actor.bypass

    def without_table(self, path: tuple[str, str]) -> "Policies":
        """The same without one table."""
        return replace(self, tables={key: value for key, value in self.tables.items() if key != path})


def _uuid(number: int) -> str:
    """A key that a reader recognises: `a0000000-0000-4000-8000-000000000001`."""
    return f"a0000000-0000-4000-8000-{number:012d}"
