"""What another tool keeps, as values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemactl.core.findings import Finding

Row = Mapping[str, Any]
"""A row of another tool's table, as JSON: values are text, numbers, booleans, lists and None."""

History = Sequence[Sequence[Row] | None]
"""The rows of each table that a place names, in its order; None where the target has no such table."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tool keeps its files and its history, and what gave it away.

    `tables` are `name` or `schema.name`; the first one is the history, the others say more about it.
    """

    folder: Path
    tables: tuple[str, ...]
    clue: str
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Part:
    """SQL for one direction, which begins on line `line` of `file`; `transaction` is False where it must not be one."""

    text: str = field(repr=False)
    file: Path
    line: int = 1
    transaction: bool = True


@dataclass(frozen=True, slots=True)
class Foreign:
    """One migration of another tool.

    `identity` is what the tool's history calls it. `label` are the digits that the file's name begins with, where they
    say the order. `checksum` is the tool's own, of the file as it is now; `parents` are identities that it builds on;
    `files` are all that it was read from.
    """

    identity: str
    title: str
    up: Part
    down: Part | None = None
    label: str = ""
    repeatable: bool = False
    checksum: str | None = None
    parents: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A tool's migrations in the order in which it runs them, and what has no counterpart in schemactl."""

    migrations: tuple[Foreign, ...]
    unmapped: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A migration under both names: `file` is the new one's name, without a folder."""

    identity: str
    file: str
    checksum: str | None = None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What a target has by the tool's word; `baseline`: this and whatever comes before it, though it never ran here."""

    identity: str
    checksum: str | None = None
    baseline: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool, as functions of what it keeps.

    `find` looks for it in a project. `read` reads its files; it raises SourceError or ConfigError for what cannot be
    read at all. `applied` says what its history means; it raises HistoryError for a state that must be settled first.
    `same_layout`: its folder can be schemactl's as it is.
    """

    name: str
    title: str
    tables: tuple[str, ...]
    find: Callable[[Path], Place | None]
    read: Callable[[Place], Reading]
    applied: Callable[[History, Sequence[Counterpart]], tuple[Applied, ...]]
    same_layout: bool = False
