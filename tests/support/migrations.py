"""Migrations and history rows as values, for tests without files or servers."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from schemactl.migrations import checksums, names
from schemactl.migrations.history import HistoryRow
from schemactl.migrations.model import Folder, Migration, SqlFile

FOLDER = Path("migrations")
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def migration(stem: str, text: str) -> Migration:
    """The migration that a file `<stem>.sql` holding `text` would be."""
    name = names.read(f"{stem}.sql")
    assert name is not None
    file = SqlFile(FOLDER / f"{stem}.sql", text, hashlib.sha256(text.encode()).hexdigest())
    return Migration(name.version, name.name, file)


def folder(*migrations: Migration) -> Folder:
    """A folder that holds them."""
    versioned = sorted((one for one in migrations if one.version), key=lambda one: one.version or one.name)
    repeatable = sorted((one for one in migrations if one.repeatable), key=lambda one: one.name)
    return Folder(FOLDER, tuple(versioned), tuple(repeatable))


def recorded(one: Migration) -> HistoryRow:
    """The row that a history holds once the migration is applied."""
    marks = checksums.marks_of(one.text, one.file)
    return HistoryRow(
        one.version,
        one.name,
        raw_checksum=one.raw_checksum,
        token_checksum=checksums.token_checksum(marks),
        statements=marks,
        done=len(marks),
        total=len(marks),
        started_at=MOMENT,
        finished_at=MOMENT,
        applied_by="ada",
        tool_version="1.0",
    )
