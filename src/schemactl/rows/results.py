"""What came of filling tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemactl.rows.draft import Row
from schemactl.rows.model import Path


@dataclass(frozen=True, slots=True)
class Resistance:
    """Why a table took no row, or fewer than asked for: the constraint, and what the server said of the last attempt.

    `sqlstate` is empty where no draft got as far as the server; `final`: no other values would help.
    """

    constraint: str | None
    message: str
    sqlstate: str = ""
    final: bool = False

    def __str__(self) -> str:
        return f"{self.constraint}: {self.message}" if self.constraint else self.message


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of one table: how many are in it now, the keys of those that were put in, what resisted."""

    count: int
    keys: tuple[Row, ...] = ()
    resistance: Resistance | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """The outcome for every table, by path."""

    tables: Mapping[Path, TableRows]

    @property
    def empty(self) -> dict[Path, Resistance]:
        """The tables without a row, and why."""
        return {
            path: rows.resistance or Resistance(None, "no row was asked for")
            for path, rows in self.tables.items()
            if not rows.count
        }
