"""`schemactl baseline`: a database that was there before its migrations."""

from dataclasses import dataclass

from schemactl.apply.records import row_of
from schemactl.apply.settings import Settings
from schemactl.apply.store import Commands, Store
from schemactl.core.errors import ConfigError, HistoryError
from schemactl.core.words import nearest
from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Folder, Migration, Version


@dataclass(frozen=True, slots=True)
class Baselined:
    """What now counts as present: the migrations up to `version`; `changed` is False when they did before."""

    version: Version
    migrations: tuple[Migration, ...]
    changed: bool


def baseline(
    folder: Folder, version: Version, rows: tuple[HistoryRow, ...], store: Store, settings: Settings
) -> tuple[Baselined, Commands]:
    """What records that the database has everything up to `version` already; nothing of it is run.

    Raises ConfigError when no file has that version, HistoryError when the history says otherwise.
    """
    covered = _covered(folder, version)
    known = {row.version: row for row in rows if row.version}
    _refuse_contradictions(rows, version)
    if version in known and known[version].state.complete:
        return Baselined(version, covered, changed=False), ()
    missing = [migration for migration in covered if migration.version not in known]
    rows_of = [row_of(migration, State.APPLIED, settings.who) for migration in missing]
    return Baselined(version, covered, changed=True), (*store.create(partial=False), *store.baseline(rows_of))


def _covered(folder: Folder, version: Version) -> tuple[Migration, ...]:
    covered = tuple(migration for migration in folder.versioned if migration.version and migration.version <= version)
    if not covered or covered[-1].version != version:
        known = [str(migration.version) for migration in folder.versioned]
        near = nearest(str(version), known)
        raise ConfigError(
            f"no migration in {folder.path} has version {version}",
            hint=f"Did you mean {near}?" if near else f"Known: {', '.join(known)}.",
        )
    return covered


def _refuse_contradictions(rows: tuple[HistoryRow, ...], version: Version) -> None:
    for row in rows:
        if row.version and not row.state.complete and row.version <= version:
            raise HistoryError(
                f"{row.title} broke off after {row.done} of {row.total} statements",
                hint="Finish it with `schemactl apply`, or settle it with `schemactl repair`.",
            )
        if row.version and row.version > version:
            raise HistoryError(
                f"the database has {row.title} already, which is later than {version}",
                hint="A baseline belongs before the first migration that is applied.",
            )
