"""The symbolic catalog. It is built while statements are read, so its values change in place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from schemactl.sql.ddl.node import Expression, Name
from schemactl.sql.ddl.tables import Column
from schemactl.sql.ddl.tables import Constraint as Definition

Key = tuple[str, str]


class Origin(NamedTuple):
    """Where an object came from: the file's place in the folder, the statement, and its transaction in the file.

    `nested` says that it was made inside a DO block: byte offsets of its parts do not count from the file's start.
    """

    file: int
    statement: int
    transaction: int
    nested: bool = False


@dataclass(slots=True)
class Constraint:
    """A constraint in its present state."""

    name: str
    definition: Definition
    origin: Origin
    valid: bool

    @property
    def kind(self) -> str:
        """primary, unique, check, foreign, exclusion or not null."""
        return self.definition.kind

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns."""
        return self.definition.columns


@dataclass(slots=True)
class Index:
    """An index; `keys` are column names, None for an expression; `backs` is the constraint that owns it."""

    name: Name
    table: Key
    keys: tuple[str | None, ...]
    shape: str
    origin: Origin
    unique: bool = False
    partial: bool = False
    method: str = "btree"
    backs: str | None = None


@dataclass(slots=True)
class Policy:
    """A policy in its present state."""

    name: str
    command: str
    roles: tuple[str, ...]
    permissive: bool
    using: Expression | None
    check: Expression | None
    origin: Origin


@dataclass(slots=True)
class Trigger:
    """A trigger."""

    name: str
    function: Name
    before: bool
    row: bool
    events: tuple[str, ...]
    origin: Origin


@dataclass(slots=True)
class Table:
    """A relation. When `known` is False its CREATE was not among the files: columns and constraints are incomplete."""

    name: Name
    origin: Origin
    known: bool = True
    kind: str = "table"
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    row_security: Origin | None = None
    row_security_off: bool = False
    replica_identity: str = "default"
    replica_origin: Origin | None = None
    partition_by: tuple[str, ...] | None = None
    partition_of: Key | None = None
    default_partition: Name | None = None
    temporary: bool = False
    security_invoker: bool = False
    comment: str = ""
    query: Expression | None = None
    column_origins: dict[str, Origin] = field(default_factory=dict)

    @property
    def primary(self) -> Constraint | None:
        """Its primary key."""
        return next((item for item in self.constraints.values() if item.kind == "primary"), None)

    def keys(self) -> Iterator[tuple[str | None, ...]]:
        """The key columns of every whole index."""
        return (index.keys for index in self.indexes.values() if not index.partial)


@dataclass(slots=True)
class Function:
    """A function; overloads share a list."""

    name: Name
    language: str
    body: str
    volatility: str
    security_definer: bool
    settings: tuple[str, ...]
    returns: str | None
    arguments: tuple[str, ...]
    origin: Origin


@dataclass(slots=True)
class Enum:
    """An enumerated type and where each value was added."""

    name: Name
    values: dict[str, Origin]
    origin: Origin


@dataclass(slots=True)
class Schema:
    """Everything that the statements so far made."""

    tables: dict[Key, Table] = field(default_factory=dict)
    indexes: dict[Key, Index] = field(default_factory=dict)
    functions: dict[Key, list[Function]] = field(default_factory=dict)
    enums: dict[Key, Enum] = field(default_factory=dict)
    domains: dict[Key, Origin] = field(default_factory=dict)
    sequences: dict[Key, Origin] = field(default_factory=dict)
    schemas: dict[str, Origin] = field(default_factory=dict)
    published: dict[Key, Origin] = field(default_factory=dict)
    publishes_all: bool = False
    revoked: set[Key] = field(default_factory=set)

    def table(self, name: Name) -> Table | None:
        """The relation of that name, when anything about it is known."""
        return self.tables.get(name.key)

    def columns(self, name: Name) -> dict[str, Column]:
        """The columns known of a relation."""
        table = self.tables.get(name.key)
        return table.columns if table else {}

    def function(self, name: Name) -> Function | None:
        """The function of that name, when it has no overloads."""
        found = self.functions.get(name.key, ())
        return found[-1] if found else None

    def inherited(self, table: Table, constraint: str) -> Constraint | None:
        """The constraint of that name on the table that this one is a partition of."""
        parent = self.tables.get(table.partition_of) if table.partition_of else None
        return parent.constraints.get(constraint) if parent else None

    def default_partition(self, name: Name) -> Name | None:
        """The default partition of a partitioned table."""
        table = self.tables.get(name.key)
        return table.default_partition if table else None
