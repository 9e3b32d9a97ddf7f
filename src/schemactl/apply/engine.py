"""`schemactl apply`: connect, lock, read the history, plan, check everything, then run."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemactl.apply import batch, columns, runner_lock, stepwise, stores, tasks, transactional
from schemactl.apply.batch import MOST, Pace, Ran, Works
from schemactl.apply.records import row_of
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.apply.tasks import Task
from schemactl.core.errors import InterruptedRun, SchemactlError
from schemactl.core.events import Advanced, Finished, Note, Started
from schemactl.core.words import plural
from schemactl.migrations.model import Folder, Version
from schemactl.migrations.plan import Plan, Standing, plan

TASK = "Applying"


@dataclass(frozen=True, slots=True)
class Request:
    """What to apply: everything of `folder`, or up to `to`; files below the last applied one only if `out_of_order`."""

    folder: Folder
    to: Version | None = None
    out_of_order: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """One migration that ran: `statements` of it in `seconds`."""

    title: str
    file: str
    standing: Standing
    statements: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. `target` says where, without secrets."""

    target: str
    plan: Plan
    applied: tuple[Applied, ...] = ()
    rerecorded: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass
class _Progress:
    applied: list[Applied] = field(default_factory=list)
    pace: Pace = field(default_factory=Pace)


def preview(request: Request, session: Session, store: Store) -> tuple[Plan, tuple[Task, ...]]:
    """What `apply` would run, read and checked; changes nothing and waits for nobody.

    Raises HistoryError, ConfigError or SourceError as `apply` would.
    """
    found = _plan(request, session, store)
    return found, tasks.prepare(found.steps, session.major, columns.types(session.fetch))


def apply(request: Request, session: Session, store: Store, settings: Settings) -> Outcome:
    """Bring the target up to date.

    Everything is read and planned before anything runs. Raises ServerError, LockError, HistoryError, StatementError,
    ConfigError, InterruptedRun; the migrations before the one that failed stay applied.
    """
    runner_lock.acquire(session, settings.runner_wait)
    found = _plan(request, session, store)
    ready = tasks.prepare(found.steps, session.major, columns.types(session.fetch))
    progress = _Progress()
    began = session.clock.monotonic()
    try:
        _make_room(session, store, ready)
        rerecorded = _rerecord(session, store, found, settings)
        session.listener(Started(TASK, len(ready)))
        works = Works(store, settings)
        while len(progress.applied) < len(ready):
            _run_some(ready[len(progress.applied) :], session, works, progress)
        session.listener(Finished(TASK))
    except SchemactlError as error:
        error.message = _with_count(error.message, len(progress.applied))
        raise
    except KeyboardInterrupt:
        raise InterruptedRun(
            "interrupted; what was committed is in the history", hint="Run again: it goes on where it stopped."
        ) from None
    return Outcome(str(session), found, tuple(progress.applied), rerecorded, session.clock.monotonic() - began)


def _plan(request: Request, session: Session, store: Store) -> Plan:
    rows = stores.read(store, session.connection, session.dsn)
    stores.refuse_another_ledger(store, rows, session.fetch)
    found = plan(request.folder, rows, to=request.to, out_of_order=request.out_of_order)
    found.require_no_conflict()
    return found


def _make_room(session: Session, store: Store, ready: Sequence[Task]) -> None:
    if ready:
        partial = any(task.migration.repeatable or not task.transactional for task in ready)
        session.write(store.create(partial=partial))


def _rerecord(session: Session, store: Store, found: Plan, settings: Settings) -> tuple[str, ...]:
    """Record edits that the server cannot see, so that they are not met again."""
    changes: list[str] = []
    for entry in found.cosmetic:
        if entry.migration is not None and entry.row is not None:
            changes += store.rerecord(entry.row, row_of(entry.migration, entry.row.state, settings.who))
            session.listener(Note(f"{entry.note}; recorded anew"))
    session.write(tuple(changes))
    return tuple(entry.title for entry in found.cosmetic)


def _run_some(ready: Sequence[Task], session: Session, works: Works, progress: _Progress) -> None:
    """Run the next migrations together while they are quick; otherwise, and after a failure, the next one alone."""
    together = batch.gather(ready, progress.pace.size)
    title = f"{together[0].title} to {together[-1].title}" if len(together) > 1 else ready[0].title
    session.listener(Advanced(TASK, len(progress.applied), title))
    began = session.clock.monotonic()
    if len(together) > 1:
        later = batch.gather(ready[len(together) :], MOST)
        ran = batch.run(together, later, session, works)
    else:
        how = transactional if ready[0].transactional else stepwise
        how.run(ready[0], session, works.store, works.settings)
        ran = Ran((session.clock.monotonic() - began,))
    progress.pace.learn(session.clock.monotonic() - began, all_ran=len(ran.seconds) == max(1, len(together)))
    for task, seconds in zip(ready, ran.seconds, strict=False):
        count = task.count - task.step.done
        progress.applied.append(Applied(task.title, task.migration.file, task.step.standing, count, seconds))
    session.listener(Advanced(TASK, len(progress.applied), title))
    if ran.error:
        raise ran.error


def _with_count(message: str, count: int) -> str:
    return f"{message} ({plural(count, 'migration')} applied before)" if count else message
