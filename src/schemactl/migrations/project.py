"""What a directory holds before schemactl is set up in it."""

from dataclasses import dataclass
from pathlib import Path

from schemactl.core.errors import ConfigError, SourceError
from schemactl.migrations import files
from schemactl.migrations.model import Folder, Migration
from schemactl.sql import guards
from schemactl.sql.parse import parse

# Where other tools keep their files; the first that holds SQL is taken.
USUAL_FOLDERS = (
    "migrations",
    "supabase/migrations",
    "db/migrations",
    "database/migrations",
    "sql/migrations",
    "src/migrations",
)
SUPABASE_FOLDER = "supabase/migrations"


@dataclass(frozen=True, slots=True)
class Project:
    """A directory as found.

    `migrations` is the folder's path within it, as configuration writes it; `others` are further folders that hold SQL.
    `folder` is None when it is empty, missing or, as `problem` then says, cannot be read.
    """

    root: Path
    migrations: str
    others: tuple[str, ...] = ()
    folder: Folder | None = None
    problem: ConfigError | None = None

    @property
    def supabase(self) -> bool:
        """Whether the Supabase CLI has been at work here."""
        return self.migrations == SUPABASE_FOLDER


def inspect(root: Path) -> Project:
    """Look for a folder of migrations in `root`, and read it."""
    with_sql = [name for name in USUAL_FOLDERS if any((root / name).glob("*.sql"))]
    present = [name for name in USUAL_FOLDERS if (root / name).is_dir()]
    chosen = next(iter([*with_sql, *present]), USUAL_FOLDERS[0])
    others = tuple(name for name in with_sql if name != chosen)
    if not with_sql:
        return Project(root, chosen, others)
    try:
        return Project(root, chosen, others, files.load(root / chosen))
    except ConfigError as problem:
        return Project(root, chosen, others, problem=problem)


def one_run_only(folder: Folder) -> tuple[Migration, ...]:
    """The migrations with a statement that fails or repeats when run again, as far as their text shows.

    A file that cannot be parsed counts: nothing is known of it.
    """
    return tuple(one for one in folder.versioned if not _can_run_twice(one))


def _can_run_twice(migration: Migration) -> bool:
    try:
        return not any(guards.guarded(statement) for statement in parse(migration.text, migration.file).statements)
    except SourceError:
        return False
