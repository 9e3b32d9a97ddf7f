"""What the commands do on a live database, and what they show."""

import importlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemactl.core.clock import Clock, SystemClock
from schemactl.core.config import Config
from schemactl.core.errors import ServerError, UsageError
from schemactl.core.events import Advanced, Finished, Listener, Note, Started, ignore
from schemactl.core.results import Cell, Mood, Report, Table
from schemactl.core.words import plural
from schemactl.db.connect import connect
from schemactl.db.failure import reason_of
from schemactl.jobs import client
from schemactl.jobs import doctor as doctors
from schemactl.jobs.spec import Spec, named
from schemactl.jobs.states import State
from schemactl.jobs.store import Store

if TYPE_CHECKING:
    from schemactl.jobs.worker import Worker

_TOLD = (
    "owner",
    "attempts",
    "max_attempts",
    "progress",
    "step",
    "error_code",
    "error_message",
    "created",
    "started",
    "completed",
    "lease_expires_at",
)
_MOODS = {State.DONE: Mood.GOOD, State.PARTIAL: Mood.WARN, State.FAILED: Mood.BAD, State.CANCELLED: Mood.WARN}


@dataclass(frozen=True, slots=True)
class Asked:
    """A job by its table's name and its key; `cap` is how long to wait for its end in seconds, None not at all."""

    name: str
    key: str
    regenerate: bool = False
    cap: float | None = None


def work(config: Config, module: str, dsn: str, *, concurrency: int, drain: bool) -> Iterator[str]:
    """Run a module's worker; gives a line for each table when it ends. Raises UsageError, ServerError."""
    import psycopg

    from schemactl.jobs.worker import Settings
    from schemactl.jobs.worker.logs import LOG, JsonLines

    worker = _worker(module)
    connect(dsn).close()  # a server that goes away later is waited for, one that never was there is a mistake
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    try:
        totals = worker.run(config, dsn, Settings(concurrency=concurrency, drain=drain))
    except psycopg.Error as error:
        raise ServerError(f"the queue cannot be used: {reason_of(error, dsn)}") from error
    finally:
        LOG.removeHandler(handler)
    for name, total in totals.items():
        yield f"{name}: {total.done} done, {total.failed} failed, {total.retried} to retry, {total.lost} lost"


def start(config: Config, dsn: str, asked: Asked, listener: Listener = ignore) -> Report:
    """Start a job, and wait for its end where asked to."""
    with opened(config, dsn, asked.name) as store:
        if store.spec.functions.create:
            started = store.create(asked.key, regenerate=asked.regenerate)
        else:
            started = store.start(asked.key)
        said = "started" if started.created else f"already {started.state}: nothing was started"
        expected = client.expected(store)
        if expected:
            listener(Note(f"half of such jobs take {expected.half:.0f} s, nine in ten {expected.most:.0f} s at most"))
        return _shown(store, replace(asked, key=started.id), f"job {started.id} {said}", listener)


def retry(config: Config, dsn: str, asked: Asked, listener: Listener = ignore) -> Report:
    """Ask again for a job that has ended, and wait for its end where asked to."""
    with opened(config, dsn, asked.name) as store:
        before = store.state(asked.key)
        if not before.final:
            return _shown(store, asked, f"job {asked.key} is {before}: nothing was started", listener, fails=False)
        key = client.retry(store, asked.key)
        other = f", as job {key}" if str(key) != asked.key else ""
        return _shown(store, replace(asked, key=key), f"job {asked.key} waits again{other}", listener)


def status(config: Config, dsn: str, asked: Asked, listener: Listener = ignore) -> Report:
    """Show a job, at its end where asked to."""
    with opened(config, dsn, asked.name) as store:
        return _shown(store, asked, None, listener)


def cancel(config: Config, dsn: str, asked: Asked) -> Report:
    """Cancel a job that has not ended."""
    with opened(config, dsn, asked.name) as store:
        state = store.cancel(asked.key)
        said = "cancelled" if state is State.CANCELLED else f"had ended already: {state}"
        return _shown(store, asked, f"job {asked.key} {said}", ignore, fails=False)


def reset(config: Config, dsn: str, name: str | None) -> Report:
    """Sweep and expire every table, or one."""
    rows = []
    for spec in named(config, name):
        with opened(config, dsn, spec.name) as store:
            rows.append((Cell(spec.name), Cell(str(store.sweep())), Cell(str(store.expire()))))
    table = Table("Reset", ("job table", "stuck", "unclaimed"), tuple(rows), frozenset({"stuck", "unclaimed"}))
    count = sum(int(cell.text) for row in rows for cell in row[1:])
    return Report("jobs reset", f"{plural(count, 'job')} reset", sections=(table,))


def doctor(config: Config, dsn: str, name: str | None) -> Report:
    """Examine every table, or one."""
    healths = []
    for spec in named(config, name):
        with opened(config, dsn, spec.name) as store:
            healths.append(doctors.examine(store))
    return doctors.report(healths)


def watch(
    config: Config, dsn: str, name: str | None, *, every: float, times: int | None, clock: Clock | None = None
) -> Iterator[Report]:
    """Examine again and again, `every` so many seconds, `times` or without end."""
    clock = clock or SystemClock()
    looked = 0
    while True:
        yield replace(doctor(config, dsn, name), command="jobs watch")
        looked += 1
        if times is not None and looked >= times:
            return
        clock.sleep(every)


def _worker(module: str) -> "Worker":
    from schemactl.jobs.worker import Worker

    sys.path.insert(0, str(Path.cwd()))
    name, _, attribute = module.partition(":")
    try:
        found = getattr(importlib.import_module(name), attribute or "worker", None)
    except ImportError as error:
        raise UsageError(f"the module `{name}` cannot be imported: {error}") from error
    if not isinstance(found, Worker):
        raise UsageError(
            f"the module `{name}` has no `{attribute or 'worker'}` that is a Worker",
            hint="Write `worker = Worker()`, and register handlers with @worker.handler.",
        )
    return found


@contextmanager
def opened(config: Config, dsn: str, name: str) -> Iterator[Store]:
    """The queue of a table, in the runner's role. Raises UsageError, ServerError."""
    import psycopg
    from psycopg import sql

    (spec,) = named(config, name)
    with connect(dsn) as connection:
        try:
            if spec.config.role:
                connection.execute(sql.SQL("set role {}").format(sql.Identifier(spec.config.role)))
            yield Store(connection, spec)
        except psycopg.Error as error:
            hint = error.diag.message_hint or error.diag.message_detail
            raise UsageError(f"{spec.name}: {reason_of(error, dsn)}", hint=hint) from error


def _shown(store: Store, asked: Asked, said: str | None, listener: Listener, *, fails: bool = True) -> Report:
    """The job as it is, or as it ends within the cap."""
    waited = _waited(store, asked, listener) if asked.cap is not None else None
    row = store.read(asked.key)
    if row is None:
        raise UsageError(f"there is no job {asked.key} in {store.spec.config.table}")
    state = store.spec.state(row)
    summary = said or f"job {asked.key} is {state}"
    if waited:
        summary = f"job {asked.key} is {state} after {waited.seconds:.0f} s"
        if waited.capped:
            cleaned = "it was cancelled" if waited.cleaned else "it goes on"
            summary += f": waited long enough, {cleaned}"
        if waited.may_retry:
            listener(Note(f"to try again: schemactl jobs start {asked.name} {_again(store, asked, row)}", warning=True))
    failed = fails and (state is State.FAILED or bool(waited and waited.capped))
    facts = _facts(store.spec, row)
    rows = tuple((Cell(name), Cell(str(value), _MOODS.get(state, Mood.PLAIN))) for name, value in facts.items())
    table = Table(store.spec.name, ("what", "value"), rows)
    details = {name: value if isinstance(value, int | None) else str(value) for name, value in facts.items()}
    return Report("jobs status", summary, sections=(table,), details=details, failed=failed)


def _again(store: Store, asked: Asked, row: dict[str, Any]) -> Any:
    return row.get(store.spec.columns.owner or "", asked.key) if store.spec.functions.create else asked.key


def _facts(spec: Spec, row: dict[str, Any]) -> dict[str, Any]:
    """What the specification knows of a row, by its own words."""
    columns = spec.columns
    known = {name: row.get(getattr(columns, name) or "") for name in _TOLD}
    told = {name: value for name, value in known.items() if value is not None}
    return {"job": row[columns.key], "state": spec.state(row).value, **told}


def _waited(store: Store, asked: Asked, listener: Listener) -> client.Waited:
    task = f"{asked.name} {asked.key}"
    listener(Started(task, 100))

    def watch(state: State, seconds: float, progress: int | None) -> None:
        listener(Advanced(task, progress or 0, f"{state}, {seconds:.0f} s"))

    try:
        return client.wait(store, asked.key, cap=client.CAP if asked.cap is None else asked.cap, watch=watch)
    finally:
        listener(Finished(task))
