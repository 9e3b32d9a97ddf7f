"""What a folder of migrations is, as values."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A migration's number. `label` keeps the digits as the file name writes them; only the number is compared."""

    number: int
    label: str = field(compare=False)

    @classmethod
    def parse(cls, label: str) -> Self:
        """Read a run of ASCII digits of any length; raises ValueError for anything else."""
        if not (label.isascii() and label.isdigit()):
            raise ValueError(f"not a version: {label!r}")
        return cls(int(label), label)

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A file as it was read: `text` with byte order mark and line ends, `raw_checksum` the SHA-256 of its bytes."""

    path: Path
    text: str = field(repr=False)
    raw_checksum: str

    @property
    def file(self) -> str:
        """The path as messages show it."""
        return str(self.path)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: versioned and run once, or repeatable and run whenever its content changes.

    `version` is None for a repeatable. `down` is the file that takes the migration back, where there is one.
    """

    version: Version | None
    name: str
    up: SqlFile
    down: SqlFile | None = None

    @property
    def repeatable(self) -> bool:
        """Whether the migration runs again when its content changes."""
        return self.version is None

    @property
    def path(self) -> Path:
        """The file."""
        return self.up.path

    @property
    def file(self) -> str:
        """The file's path as messages show it."""
        return self.up.file

    @property
    def files(self) -> tuple[str, ...]:
        """The file's path, and that of its down file, as messages show them."""
        return (self.up.file, self.down.file) if self.down else (self.up.file,)

    @property
    def text(self) -> str:
        """The SQL."""
        return self.up.text

    @property
    def raw_checksum(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        return self.up.raw_checksum


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder's migrations: `versioned` by number, then `repeatable` by name."""

    path: Path
    versioned: tuple[Migration, ...]
    repeatable: tuple[Migration, ...] = ()

    @property
    def migrations(self) -> tuple[Migration, ...]:
        """Every migration in the order in which an empty database gets them."""
        return (*self.versioned, *self.repeatable)
