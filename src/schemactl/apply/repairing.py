"""`schemactl repair`: make the history agree with the files: by content, or by version on a person's word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from schemactl.apply.records import row_of
from schemactl.apply.settings import Settings
from schemactl.apply.store import Commands, Store
from schemactl.core.errors import ConfigError
from schemactl.migrations import checksums
from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Folder, Migration, Version
from schemactl.migrations.plan import Plan, Standing, plan


class Deed(StrEnum):
    """What a repair does to the history; the database's own objects are never touched."""

    RENUMBER = "renumber"
    """The file got another number or name; its content is what was applied."""
    RERECORD = "record as it is now"
    """The file was edited, and the person says that the database agrees with it."""
    FORGET = "forget"
    """The file is gone for good."""
    APPLIED = "mark as applied"
    PENDING = "mark as pending"


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair: `row` is what the history says, `migration` the file that it shall agree with."""

    deed: Deed
    row: HistoryRow | None
    migration: Migration | None

    @property
    def title(self) -> str:
        """What it is about: `0004_generations`."""
        return self.row.title if self.row else self.migration.path.stem if self.migration else ""

    @property
    def told(self) -> str:
        """What is done, in words."""
        if self.deed is Deed.RENUMBER and self.migration:
            return f"renumber: its content is now {self.migration.path.name}"
        return self.deed.value


def propose(folder: Folder, rows: Iterable[HistoryRow], only: frozenset[Version] = frozenset()) -> tuple[Repair, ...]:
    """What would end the conflicts between files and history, or those of the versions `only`.

    Content is matched first, so that a file that was given another number is not run again. What is merely out of
    order, or comes from a newer copy of the files, is left alone.
    """
    found = plan(folder, tuple(rows))
    moved = dict(_moved(found))
    return tuple(
        repair
        for repair in _repairs(found, moved)
        if not only or (repair.row is not None and repair.row.version in only)
    )


def mark(folder: Folder, rows: Iterable[HistoryRow], versions: Iterable[Version], deed: Deed) -> tuple[Repair, ...]:
    """Repairs that mark `versions` as applied or pending, on a person's word.

    Raises ConfigError for a version that neither files nor history know.
    """
    files = {migration.version: migration for migration in folder.versioned}
    known = {row.version: row for row in rows if row.version}
    repairs = []
    for version in versions:
        if version not in (files if deed is Deed.APPLIED else known):
            where = folder.path if deed is Deed.APPLIED else "the history"
            raise ConfigError(f"{where} has no migration {version}", hint="`schemactl status` lists them.")
        repairs.append(Repair(deed, known.get(version), files.get(version)))
    return tuple(repairs)


def changes(repairs: Iterable[Repair], store: Store, settings: Settings) -> Commands:
    """The statements that carry out all of `repairs`."""
    wanted = [command for repair in in_order(repairs) for command in _commands(repair, store, settings)]
    return (*store.create(partial=False), *wanted) if wanted else ()


def in_order(repairs: Iterable[Repair]) -> tuple[Repair, ...]:
    """The repairs in an order in which no row takes a number that another one still has.

    Rows that swapped numbers have no such order: they are forgotten, and marked as applied under the new ones.
    """
    waiting = list(repairs)
    ordered = [repair for repair in waiting if repair.deed in (Deed.FORGET, Deed.PENDING)]
    waiting = [repair for repair in waiting if repair not in ordered]
    while waiting:
        taken = {repair.row.version for repair in waiting if repair.row and repair.deed is Deed.RENUMBER}
        free = next((one for one in waiting if one.deed is not Deed.RENUMBER or _number(one) not in taken), None)
        if free is None:
            forgotten = [Repair(Deed.FORGET, repair.row, None) for repair in waiting]
            marked = [Repair(Deed.APPLIED, None, repair.migration) for repair in waiting]
            return (*ordered, *forgotten, *marked)
        ordered.append(free)
        waiting.remove(free)
    return tuple(ordered)


def _number(repair: Repair) -> Version | None:
    return repair.migration.version if repair.migration else None


def _moved(found: Plan) -> Iterator[tuple[Version | None, Migration]]:
    """Rows whose content stands in exactly one file of another number, which has no row that it agrees with."""
    lost = [entry.row for entry in found.entries if entry.standing.conflict and entry.row is not None]
    open_files = [
        entry.migration
        for entry in found.entries
        if entry.migration is not None and entry.migration.version and (entry.row is None or entry.standing.conflict)
    ]
    for row in lost:
        same = [migration for migration in open_files if _same_content(migration, row)]
        if len(same) == 1:
            yield row.version, same[0]


def _same_content(migration: Migration, row: HistoryRow) -> bool:
    if row.raw_checksum == migration.raw_checksum:
        return True
    marks = checksums.marks_of(migration.text, migration.file)
    return bool(marks) and [mark.checksum for mark in marks] == [mark.checksum for mark in row.statements]


def _repairs(found: Plan, moved: dict[Version | None, Migration]) -> Iterator[Repair]:
    claimed = set(moved.values())
    for entry in found.entries:
        row = entry.row
        if row is None or not entry.standing.conflict:
            continue
        if row.version in moved:
            yield Repair(Deed.RENUMBER, row, moved[row.version])
        elif entry.standing is Standing.DELETED or entry.migration in claimed:
            yield Repair(Deed.FORGET, row, None)
        elif entry.standing is Standing.EDITED and entry.migration is not None:
            yield Repair(Deed.RERECORD, row, entry.migration)


def _commands(repair: Repair, store: Store, settings: Settings) -> Commands:
    row, migration = repair.row, repair.migration
    forget = store.forget(row) if row is not None else ()
    if repair.deed in (Deed.FORGET, Deed.PENDING) or migration is None:
        return forget
    now = row_of(migration, State.APPLIED, settings.who)
    if repair.deed in (Deed.RERECORD, Deed.RENUMBER) and row is not None:
        # What broke off in the middle stays so, and is taken up again under its new number.
        return store.rerecord(row, now)
    return (*forget, *store.insert(now))
