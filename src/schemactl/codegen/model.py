"""What a type generator needs of a schema, with the types' names taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schemactl.sql.names import Name


class Kind(StrEnum):
    """What a relation is."""

    TABLE = "table"
    FOREIGN_TABLE = "foreign table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    COMPOSITE_TYPE = "composite type"


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type by its own name (`int4`, not `integer`), without modifiers; `array` for an array of it."""

    name: Name
    array: bool = False

    @property
    def element(self) -> "TypeName":
        """The type of an array's elements."""
        return TypeName(self.name)


@dataclass(frozen=True, slots=True)
class Column:
    """A column or an attribute of a composite type."""

    name: str
    type: TypeName
    not_null: bool = False
    has_default: bool = False
    identity: str | None = None
    generated: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view or composite type; columns in order. `definition` is a view's query."""

    kind: Kind
    name: Name
    columns: tuple[Column, ...]
    definition: str = ""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain over another type."""

    type: TypeName
    not_null: bool


class Mode(StrEnum):
    """How a function's argument is used."""

    IN = "in"
    OUT = "out"
    INOUT = "inout"
    VARIADIC = "variadic"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument, or a column of RETURNS TABLE; without a name where it has none."""

    name: str
    mode: Mode
    type: TypeName
    has_default: bool = False

    @property
    def given(self) -> bool:
        """Whether a caller gives it."""
        return self.mode in (Mode.IN, Mode.INOUT, Mode.VARIADIC)


@dataclass(frozen=True, slots=True)
class Function:
    """A function; `signature` is its list of arguments as the server writes it, `rows` its estimate for a set."""

    name: Name
    arguments: tuple[Argument, ...]
    signature: str
    returns: TypeName
    returns_set: bool = False
    rows: float | None = None
    strict: bool = False
    language: str = ""
    body: str = ""

    @property
    def given(self) -> tuple[Argument, ...]:
        """The arguments that a caller gives."""
        return tuple(argument for argument in self.arguments if argument.given)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key, from columns of one table to columns of another; `one_to_one` where its columns are unique."""

    name: str
    table: Name
    columns: tuple[str, ...]
    references: Name
    referenced_columns: tuple[str, ...]
    one_to_one: bool = False


@dataclass(frozen=True, slots=True)
class InsteadOf:
    """The events (insert, update, delete) that a view's own triggers and unconditional rules handle."""

    triggers: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Schema:
    """Everything that types are made of, by name."""

    relations: Mapping[Name, Relation]
    enums: Mapping[Name, tuple[str, ...]]
    domains: Mapping[Name, Domain]
    functions: tuple[Function, ...]
    foreign_keys: tuple[ForeignKey, ...]
    instead_of: Mapping[Name, InsteadOf] = field(default_factory=dict)
    checks: Mapping[Name, tuple[str, ...]] = field(default_factory=dict)
    """The CHECK constraints of a table or domain, as the server writes them."""
    aggregates: frozenset[str] = frozenset()

    def is_not_null(self, kind: TypeName) -> bool:
        """Whether a type is a domain that refuses null."""
        domain = None if kind.array else self.domains.get(kind.name)
        return domain is not None and domain.not_null
