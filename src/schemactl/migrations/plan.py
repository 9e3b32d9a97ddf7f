"""The plan: what a target still needs, and what its history and the files disagree about. Pure; nothing runs here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from schemactl.core.errors import ConfigError, HistoryError, SourceError
from schemactl.core.words import nearest
from schemactl.migrations import checksums, differences, replaced
from schemactl.migrations.differences import StatementChange
from schemactl.migrations.history import HistoryRow, State, StatementMark
from schemactl.migrations.model import Folder, Migration, Version


class Standing(StrEnum):
    """Where a migration stands between the files and a target."""

    APPLIED = "applied"
    BASELINE = "baseline"
    COSMETIC = "cosmetic edit"
    PENDING = "pending"
    OUT_OF_ORDER = "out of order"
    RESUME = "resume"
    CHANGED = "changed"
    HELD_BACK = "held back"
    REMOVED = "removed"
    EDITED = "edited"
    DELETED = "deleted"
    UNKNOWN = "unknown"
    REFUSED = "out of order, refused"

    @property
    def runs(self) -> bool:
        """Whether applying the plan runs the migration."""
        return self in (Standing.PENDING, Standing.OUT_OF_ORDER, Standing.RESUME, Standing.CHANGED)

    @property
    def conflict(self) -> bool:
        """Whether the plan must not be applied as long as the migration stands so."""
        return self in (Standing.EDITED, Standing.DELETED, Standing.UNKNOWN, Standing.REFUSED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One migration. `migration` is None where only the history knows it, `row` where only the files do.

    `done` statements are behind us (a resumption). `changes` tell what a semantic edit did, where the history keeps
    enough to say.
    """

    standing: Standing
    migration: Migration | None
    row: HistoryRow | None = None
    done: int = 0
    note: str = ""
    changes: tuple[StatementChange, ...] = ()

    @property
    def title(self) -> str:
        """`0004_generations`, or `R__views`: the file name without its ending."""
        if self.migration is not None:
            return self.migration.path.stem
        return self.row.title if self.row is not None else ""

    @property
    def hint(self) -> str | None:
        """What to do about a conflict."""
        return _HINTS.get(self.standing)


@dataclass(frozen=True, slots=True)
class Step:
    """A migration to run from statement `done + 1` on. `row` is what the history says of it so far."""

    migration: Migration
    standing: Standing
    row: HistoryRow | None = None
    done: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Every migration of files and history, in the order of running."""

    entries: tuple[Entry, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is to be run."""
        return tuple(
            Step(entry.migration, entry.standing, entry.row, entry.done)
            for entry in self.entries
            if entry.standing.runs and entry.migration is not None
        )

    @property
    def conflicts(self) -> tuple[Entry, ...]:
        """What files and history disagree about."""
        return tuple(entry for entry in self.entries if entry.standing.conflict)

    @property
    def cosmetic(self) -> tuple[Entry, ...]:
        """Applied migrations whose checksums or name are to be recorded anew; the server would see no difference."""
        return tuple(entry for entry in self.entries if entry.standing is Standing.COSMETIC)

    def require_no_conflict(self) -> None:
        """Raise HistoryError (exit 5) when there is one; its message holds all of them."""
        if not self.conflicts:
            return
        parts = [part for entry in self.conflicts for part in (entry.note, *map(str, entry.changes))]
        hints = dict.fromkeys(entry.hint or "" for entry in self.conflicts)
        raise HistoryError(
            "\n  ".join(("the files and the history of the database disagree", *"\n".join(parts).splitlines())),
            hint="\n        ".join(hints),
        )


_HINTS = {
    Standing.EDITED: "Put the file back and write a new migration; "
    "`schemactl repair` records the file as it is, where the database already agrees with it.",
    Standing.DELETED: "Bring the file back; `schemactl repair` forgets a migration for good.",
    Standing.UNKNOWN: "Update your copy of the files; the database got these from a newer one.",
    Standing.REFUSED: "Give the file a number above the last applied one, or allow it with `--out-of-order`.",
}


def plan(
    folder: Folder, history: Iterable[HistoryRow], *, to: Version | None = None, out_of_order: bool = False
) -> Plan:
    """Compare a folder with a history.

    Versioned migrations up to `to` are pending when the history lacks them; repeatables are due when new or changed,
    but only when no versioned one stays behind. A file below the highest applied version is a conflict unless
    `out_of_order`. Raises ConfigError when no file has the version `to`.
    """
    rows = replaced.carried_over(folder, history)
    if to is not None:
        _require_known(folder, to)
    versioned = tuple(_versioned(folder, [row for row in rows if row.version], to, out_of_order))
    held_back = any(entry.standing is Standing.HELD_BACK for entry in versioned)
    repeatable = tuple(_repeatable(folder, [row for row in rows if not row.version], held_back))
    return Plan((*versioned, *repeatable))


def _require_known(folder: Folder, to: Version) -> None:
    known = [str(migration.version) for migration in folder.versioned]
    if not any(migration.version == to for migration in folder.versioned):
        near = nearest(str(to), known)
        raise ConfigError(
            f"no migration in {folder.path} has version {to}",
            hint=f"Did you mean {near}?" if near else f"The last one is {known[-1]}." if known else None,
        )


def _versioned(folder: Folder, rows: list[HistoryRow], to: Version | None, out_of_order: bool) -> Iterator[Entry]:
    files = {migration.version: migration for migration in folder.versioned}
    known = {row.version: row for row in rows}
    lowest = Version(-1, "")
    baseline = max((row.version for row in rows if row.version and row.state is State.BASELINE), default=lowest)
    applied = max((row.version for row in rows if row.version), default=lowest)
    last_file = max((version for version in files if version), default=lowest)
    for version in sorted(version for version in files.keys() | known.keys() if version):
        migration, row = files.get(version), known.get(version)
        if migration is None and row is not None:
            yield _without_file(row, baseline, last_file)
        elif migration is not None and row is not None:
            yield _recorded(migration, row, to)
        elif migration is not None and version <= baseline:
            yield Entry(Standing.BASELINE, migration)
        elif migration is not None:
            yield _pending(migration, version, applied, to, out_of_order)


def _without_file(row: HistoryRow, baseline: Version, last_file: Version) -> Entry:
    if row.version is not None and row.version <= baseline:
        return Entry(Standing.BASELINE, None, row)
    if row.version is not None and row.version > last_file:
        return Entry(Standing.UNKNOWN, None, row, note=f"{row.title}: {_when(row)}, but no file here is as new")
    return Entry(Standing.DELETED, None, row, note=f"{row.title}: {_when(row)}, but its file is gone")


def _pending(migration: Migration, version: Version, applied: Version, to: Version | None, out_of_order: bool) -> Entry:
    if to is not None and version > to:
        return Entry(Standing.HELD_BACK, migration)
    if version > applied:
        return Entry(Standing.PENDING, migration)
    if out_of_order:
        return Entry(Standing.OUT_OF_ORDER, migration)
    return Entry(Standing.REFUSED, migration, note=f"{migration.file}: not applied, though the later {applied} is")


def _recorded(migration: Migration, row: HistoryRow, to: Version | None) -> Entry:
    if row.state.complete:
        return _compare(migration, row)
    if to is not None and migration.version is not None and migration.version > to:
        return Entry(Standing.HELD_BACK, migration, row)
    return _resume(migration, row)


def _compare(migration: Migration, row: HistoryRow) -> Entry:
    present = Standing.BASELINE if row.state is State.BASELINE else Standing.APPLIED
    if _unknown_content(row) or (row.raw_checksum == migration.raw_checksum and row.name == migration.name):
        return Entry(present, migration, row)
    if _same_tokens(migration, row):
        if row.raw_checksum is None and row.name == migration.name:
            return Entry(present, migration, row)
        return Entry(Standing.COSMETIC, migration, row, note=_cosmetic_note(migration, row))
    note = f"{migration.file}: edited after it was {_when(row)}"
    if row.name != migration.name:
        note = f"{migration.file}: another migration than {row.title}, {_when(row)}"
    return Entry(Standing.EDITED, migration, row, note=note, changes=_changes(migration, row))


def _resume(migration: Migration, row: HistoryRow) -> Entry:
    if row.raw_checksum == migration.raw_checksum:
        return Entry(Standing.RESUME, migration, row, row.done)
    marks = _marks(migration) or ()
    changes = differences.compare(row.statements[: row.done], marks[: row.done])
    if len(row.statements) < row.done or changes:
        behind = f"statement 1 to {row.done}, which the database has," if row.done > 1 else "statement 1"
        note = f"{migration.file}: {behind} edited since the run broke off"
        return Entry(Standing.EDITED, migration, row, row.done, note, changes)
    return Entry(Standing.RESUME, migration, row, row.done)


def _repeatable(folder: Folder, rows: list[HistoryRow], held_back: bool) -> Iterator[Entry]:
    known = {row.name: row for row in rows}
    for migration in folder.repeatable:
        entry = _repeat(migration, known.get(migration.name))
        yield Entry(Standing.HELD_BACK, migration, entry.row) if held_back and entry.standing.runs else entry
    names = {migration.name for migration in folder.repeatable}
    for row in sorted(rows, key=lambda row: row.name):
        if row.name not in names:
            yield Entry(Standing.REMOVED, None, row, note=f"{row.title}: its file is gone; what it made stays")


def _repeat(migration: Migration, row: HistoryRow | None) -> Entry:
    if row is None:
        return Entry(Standing.PENDING, migration)
    if row.state.complete:
        entry = _compare(migration, row)
        return Entry(Standing.CHANGED, migration, row) if entry.standing.conflict else entry
    entry = _resume(migration, row)
    # It can be run again by definition: an edit of what already ran means to begin anew.
    return Entry(Standing.RESUME, migration, row) if entry.standing.conflict else entry


def _unknown_content(row: HistoryRow) -> bool:
    return row.raw_checksum is None and row.token_checksum is None and not row.statements


def _same_tokens(migration: Migration, row: HistoryRow) -> bool:
    if row.raw_checksum == migration.raw_checksum:
        return True
    marks = _marks(migration)
    if marks is None:
        return False
    if row.token_checksum is not None:
        return row.token_checksum == checksums.token_checksum(marks)
    return [mark.checksum for mark in row.statements] == [mark.checksum for mark in marks]


def _changes(migration: Migration, row: HistoryRow) -> tuple[StatementChange, ...]:
    return differences.compare(row.statements, _marks(migration) or ()) if row.statements else ()


def _marks(migration: Migration) -> tuple[StatementMark, ...] | None:
    try:
        return checksums.marks_of(migration.text, migration.file)
    except SourceError:
        # An edit that broke the file is an edit all the same.
        return None


def _cosmetic_note(migration: Migration, row: HistoryRow) -> str:
    if row.name != migration.name:
        return f"{migration.file}: renamed, {row.title} before"
    return f"{migration.file}: only comments, white space or line ends changed since it was {_when(row)}"


def _when(row: HistoryRow) -> str:
    moment = row.finished_at or row.started_at
    at = f" on {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
    by = f" by {row.applied_by}" if row.applied_by else ""
    return f"applied{at}{by}"
