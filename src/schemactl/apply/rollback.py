"""`schemactl rollback`: take applied migrations back through their down files, the last applied one first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from schemactl.apply import runner_lock, stores, tasks, transactional
from schemactl.apply.records import same
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.apply.transactional import Work
from schemactl.core.errors import ConfigError, HistoryError, Place
from schemactl.core.events import Advanced, Finished, Started
from schemactl.migrations import directives
from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Folder, Migration, SqlFile, Version
from schemactl.sql import parse

TASK = "Rolling back"


@dataclass(frozen=True, slots=True)
class Downward:
    """How far: `steps` migrations, or all that are later than `to`."""

    steps: int = 1
    to: Version | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One migration that is to be, or was, taken back by the file `down`."""

    row: HistoryRow
    down: SqlFile
    seconds: float = 0.0


def choose(folder: Folder, rows: Iterable[HistoryRow], downward: Downward) -> tuple[TakenBack, ...]:
    """What is taken back, in that order: the reverse of the order in which it was applied.

    Raises HistoryError for a baseline and for what is not applied whole, ConfigError where a down file is missing.
    """
    applied = [row for row in rows if row.version is not None]
    applied.sort(key=lambda row: (row.started_at is not None, row.started_at, row.version), reverse=True)
    if downward.to is not None:
        _require_known(applied, downward.to)
        wanted = [row for row in applied if row.version and row.version > downward.to]
    else:
        wanted = applied[: downward.steps]
    files = {migration.version: migration for migration in folder.versioned}
    return tuple(TakenBack(row, _down_of(row, files.get(row.version), folder)) for row in wanted)


def rollback(
    folder: Folder, downward: Downward, session: Session, store: Store, settings: Settings
) -> tuple[TakenBack, ...]:
    """Run the down files, each in one transaction in which its migration leaves the history.

    Everything is read before anything runs. Raises as `choose` and `transactional.run_whole` do.
    """
    runner_lock.acquire(session, settings.runner_wait)
    chosen = choose(folder, stores.read(store, session.connection, session.dsn), downward)
    works = [_work(one, store) for one in chosen]
    session.listener(Started(TASK, len(works)))
    done: list[TakenBack] = []
    for one, work in zip(chosen, works, strict=True):
        session.listener(Advanced(TASK, len(done), work.title))
        began = session.clock.monotonic()
        transactional.run_whole(work, session, store, settings)
        done.append(replace(one, seconds=session.clock.monotonic() - began))
    session.listener(Finished(TASK))
    return tuple(done)


def _require_known(applied: list[HistoryRow], to: Version) -> None:
    if to.number and all(row.version != to for row in applied):
        raise ConfigError(
            f"the database has no migration {to} to go back to", hint="`schemactl status` lists them; 0 takes all back."
        )


def _down_of(row: HistoryRow, migration: Migration | None, folder: Folder) -> SqlFile:
    if row.state is State.BASELINE:
        raise HistoryError(f"{row.title} is the baseline: it was never run from here, and cannot be taken back")
    if not row.state.complete:
        raise HistoryError(
            f"{row.title} broke off after {row.done} of {row.total} statements",
            hint="Finish it with `schemactl apply`, or settle it with `schemactl repair`.",
        )
    if migration is None or migration.down is None:
        raise ConfigError(
            f"{row.title} has no down file, so nothing was taken back",
            place=Place(str(folder.path)),
            hint=f"Write {row.title}.down.sql, or undo it with a new migration.",
        )
    return migration.down


def _work(one: TakenBack, store: Store) -> Work:
    script = parse.parse(one.down.text, one.down.file)
    found = directives.read(script)
    found.require_sound()
    tasks.require_one_transaction(script, found)

    def forgotten(rows: tuple[HistoryRow, ...]) -> bool:
        return not any(same(row, one.row) for row in rows)

    return Work(f"{one.row.title}.down", script, found, store.forget(one.row), forgotten)
