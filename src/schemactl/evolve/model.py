"""What a script is made of, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from schemactl.catalog.snapshot import Attributes, Identity

Objects = Mapping[Identity, Attributes]


class Mode(Enum):
    """How a statement wants to run: in the transaction of its file, or outside of any."""

    TOGETHER = 0
    ALONE = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One statement, without its semicolon.

    `later` asks for a file behind that of the step before. `loses` says which rows or values are gone for good
    afterwards, `note` what a person must know of it; both None for the ordinary.
    """

    sql: str
    mode: Mode = Mode.TOGETHER
    later: bool = False
    loses: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A step, and the object that it is about."""

    object: Identity
    step: Step


@dataclass(frozen=True, slots=True)
class Part:
    """One file: statements that run in one transaction, or each alone."""

    mode: Mode
    steps: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The whole: its files in order, what is lost and what is worth a warning; `unwritten` cannot be generated."""

    parts: tuple[Part, ...]
    losses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = field(default=())
