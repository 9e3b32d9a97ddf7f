"""The migrations as verify walks them: parsed, one step a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from schemactl.migrations import directives
from schemactl.migrations.model import Folder, Migration
from schemactl.sql.parse import Script, Statement, parse
from schemactl.sql.transactions import Control, control, runs_alone


@dataclass(frozen=True)
class Step:
    """One migration of the chain, with its statements.

    `statements` are those to run; a BEGIN and COMMIT that wrap the whole file are in `wrapping` instead, since the
    runner opens the transaction.
    """

    migration: Migration
    script: Script
    statements: tuple[Statement, ...]
    wrapping: tuple[Statement, ...]
    transactional: bool

    @property
    def file(self) -> str:
        """The file's path as messages show it."""
        return self.script.file

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.script.file).name

    @property
    def text(self) -> str:
        """The statements to run as one message."""
        return ";\n".join(statement.text for statement in self.statements)

    @property
    def needs_commits(self) -> bool:
        """Whether it matters that statements are committed one by one: new enum values are usable only afterwards."""
        return not self.transactional or any(statement.kind == "AlterEnumStmt" for statement in self.statements)


@dataclass(frozen=True)
class Chain:
    """The migrations in the order in which an empty database gets them; parsed when a walk reaches them."""

    migrations: tuple[Migration, ...]

    @classmethod
    def of(cls, folder: Folder) -> "Chain":
        """The whole folder."""
        return cls(folder.migrations)

    def upto(self, count: int) -> "Chain":
        """The first `count` migrations."""
        return Chain(self.migrations[:count])

    def between(self, begin: int, end: int | None = None) -> "Chain":
        """The migrations behind the first `begin`, as far as the first `end`."""
        return Chain(self.migrations[begin:end])

    def __len__(self) -> int:
        return len(self.migrations)

    def __iter__(self) -> Iterator[Step]:
        for migration in self.migrations:
            yield step(migration)


@lru_cache(maxsize=512)
def step(migration: Migration) -> Step:
    """Parse one migration, or remember it: each check asks. Raises SourceError, and ConfigError for a bad directive."""
    return _step(migration, parse(migration.text, migration.file))


def down_step(migration: Migration) -> Step | None:
    """The way back from a migration, where it has a down file. Raises as `step` does."""
    return _step(migration, parse(migration.down.text, migration.down.file)) if migration.down else None


def _step(migration: Migration, script: Script) -> Step:
    directed = directives.read(script)
    directed.require_sound()
    wrapping = _wrapping(script.statements)
    statements = tuple(statement for statement in script.statements if statement not in wrapping)
    alone = any(runs_alone(statement) for statement in statements)
    return Step(migration, script, statements, wrapping, transactional=directed.transaction and not alone)


def _wrapping(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    if len(statements) < 2 or control(statements[0]) is not Control.BEGIN:
        return ()
    return (statements[0], statements[-1]) if control(statements[-1]) is Control.COMMIT else ()
