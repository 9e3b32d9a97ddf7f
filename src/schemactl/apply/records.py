"""History rows of migrations, as their files are now."""

from collections.abc import Iterable

from schemactl import __version__
from schemactl.migrations import checksums
from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Migration
from schemactl.sql import parse
from schemactl.sql.parse import Script


def row_of(migration: Migration, state: State, who: str, *, script: Script | None = None, done: int = -1) -> HistoryRow:
    """The row of `migration` with `done` of its statements behind us, by default all. Raises SourceError."""
    script = script or parse.parse(migration.text, migration.file)
    marks = checksums.statement_marks(script)
    return HistoryRow(
        version=migration.version,
        name=migration.name,
        state=state,
        raw_checksum=migration.raw_checksum,
        token_checksum=checksums.token_checksum(marks),
        statements=marks,
        done=len(marks) if done < 0 else done,
        total=len(marks),
        applied_by=who,
        tool_version=__version__,
        texts=tuple(statement.text for statement in script.statements),
    )


def same(found: HistoryRow, row: HistoryRow) -> bool:
    """Whether both are about one migration."""
    return found.version == row.version and (row.version is not None or found.name == row.name)


def recorded(rows: Iterable[HistoryRow], row: HistoryRow) -> bool:
    """Whether `rows` hold `row` as complete, with its content where the ledger keeps that."""
    return any(
        same(found, row) and found.state.complete and found.raw_checksum in (row.raw_checksum, None) for found in rows
    )
