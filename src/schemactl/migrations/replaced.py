"""One migration in place of many: what a squashed file says that it replaces, and histories that hold the old ones."""

import re
from collections.abc import Iterable
from dataclasses import replace

from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Folder, Migration, Version

_LINE = re.compile(r"^--[ \t]*schemactl[ \t]*:[ \t]*replaces[ \t]*=[ \t]*([0-9]+(?:,[0-9]+)*)[ \t]*\r?$", re.MULTILINE)


def versions(migration: Migration) -> frozenset[Version]:
    """The versions that the migration says it stands for; empty for an ordinary one."""
    found = _LINE.search(migration.text)
    return frozenset(Version.parse(label) for label in found[1].split(",")) if found else frozenset()


def carried_over(folder: Folder, history: Iterable[HistoryRow]) -> tuple[HistoryRow, ...]:
    """The history as the folder's squashed files read it.

    Where all that a file replaces is there, or lies behind a baseline, those rows are one row of that file: it was
    applied. Where only a part is there the rows stay, and the plan tells that their files are gone.
    """
    rows = tuple(history)
    for migration in folder.versioned:
        if olds := versions(migration):
            rows = _folded(migration, olds, rows)
    return rows


def _folded(migration: Migration, olds: frozenset[Version], rows: tuple[HistoryRow, ...]) -> tuple[HistoryRow, ...]:
    meant = [row for row in rows if row.version in olds]
    if any(row.version == migration.version and row.name == migration.name for row in meant):
        return rows
    baseline = max((row.version for row in rows if row.version and row.state is State.BASELINE), default=None)
    present = {row.version for row in meant if row.state.complete}
    if baseline is not None:
        present |= {old for old in olds if old <= baseline}
    if not meant or not olds <= present:
        return rows
    last = max(meant, key=lambda row: row.version.number if row.version else 0)
    row = replace(
        last,
        version=migration.version,
        name=migration.name,
        raw_checksum=migration.raw_checksum,
        token_checksum=None,
        statements=(),
    )
    return (*(other for other in rows if other.version not in olds), row)
