"""Errors that a user sees.

SchemactlError
├── UsageError          2  options, arguments
│   └── ConfigError     2  schemactl.toml, directives, file names
│       └── SourceError 2  a file that cannot be read as SQL; carries the place
├── ServerError         3  unreachable, cannot be started, refused
├── LockError           4  not obtained in time
├── HistoryError        5  edited, missing, out of order
├── StatementError      6  a statement failed while applying
├── InternalError      70  a mistake in schemactl
└── InterruptedRun    130
"""

from dataclasses import dataclass
from typing import ClassVar

from schemactl.core.exit_codes import ExitCode


@dataclass(frozen=True, slots=True)
class Place:
    """A point in a file; lines and columns count characters from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class SchemactlError(Exception):
    """What happened, where, and what to do about it."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class UsageError(SchemactlError):
    """An option or argument cannot be used."""


class ConfigError(UsageError):
    """Configuration, a directive or a file name is wrong."""


class SourceError(ConfigError):
    """A file cannot be read as SQL."""


class ServerError(SchemactlError):
    """A server is unreachable, refused us, or could not be started."""

    exit_code = ExitCode.SERVER


class LockError(SchemactlError):
    """A lock was not obtained in time."""

    exit_code = ExitCode.LOCK


class HistoryError(SchemactlError):
    """The history of the target conflicts with the files."""

    exit_code = ExitCode.HISTORY


class StatementError(SchemactlError):
    """A statement failed while applying; `sqlstate` is the server's five-character code."""

    exit_code = ExitCode.STATEMENT

    def __init__(
        self, message: str, *, sqlstate: str | None = None, place: Place | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, place=place, hint=hint)
        self.sqlstate = sqlstate


class InternalError(SchemactlError):
    """A mistake in schemactl itself: shown as a message, never as a traceback."""

    exit_code = ExitCode.INTERNAL


class InterruptedRun(SchemactlError):
    """The run was interrupted; what was committed before stands."""

    exit_code = ExitCode.INTERRUPTED
