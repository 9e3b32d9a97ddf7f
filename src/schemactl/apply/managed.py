"""`schemactl apply` by way of the Supabase Management API: a request a migration, since no session lasts longer.

Each request holds the guard, the file and its history row, and is one transaction: it takes the runner lock, looks
whether the history is still the one that the plan was made from, and ends in an error otherwise. So a request may be
sent again, or arrive late, and is carried out once. An answer that was lost is looked up in the history first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from schemactl.apply import columns, failures, recording, records, requests, stores, tasks
from schemactl.apply.engine import TASK, Applied, Outcome, Request
from schemactl.apply.failing import failed
from schemactl.apply.ladder import Rung, ladder
from schemactl.apply.recording import Changed
from schemactl.apply.records import row_of
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.apply.tasks import Task
from schemactl.core.durations import in_words, milliseconds
from schemactl.core.errors import InterruptedRun, LockError, Place, SchemactlError, ServerError, SourceError
from schemactl.core.events import Advanced, Finished, Note, Started
from schemactl.core.words import plural
from schemactl.db.api_errors import QueryFailed
from schemactl.db.managed import Managed
from schemactl.db.patience import Lost, Patience, Trouble
from schemactl.db.session import Limits
from schemactl.migrations.history import State
from schemactl.migrations.plan import Plan, plan
from schemactl.sql.transactions import Control, control, requirement, runs_alone

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
INSTEAD = "Apply it over the database's own address (postgresql://…), which keeps a session; the history is the same."


@dataclass(frozen=True, slots=True)
class Seen:
    """The target as it was read: the mark of its history, the plan, and what is to be run."""

    mark: str
    plan: Plan
    ready: tuple[Task, ...]


def preview(request: Request, target: Managed, store: Store) -> tuple[Plan, tuple[Task, ...]]:
    """What `apply` would run, read and checked; changes nothing. Raises as `apply` would."""
    seen = _look(request, target, store)
    return seen.plan, seen.ready


def apply(request: Request, target: Managed, store: Store, settings: Settings) -> Outcome:
    """Bring the target up to date.

    Everything is read and planned before anything runs. Raises ServerError, LockError, HistoryError, StatementError,
    ConfigError, InterruptedRun; the migrations before the one that failed stay applied.
    """
    run = _Run(request, target, store, settings)
    began = target.clock.monotonic()
    try:
        found = run.to_the_end()
    except SchemactlError as error:
        count = len(run.applied)
        error.message += f" ({plural(count, 'migration')} applied before)" if count else ""
        raise
    except KeyboardInterrupt:
        raise InterruptedRun(
            "interrupted; the request under way may still be carried out, and is in the history then",
            hint="Run again: it goes on where it stopped.",
        ) from None
    return Outcome(str(target), found, tuple(run.applied), tuple(run.rerecorded), target.clock.monotonic() - began)


def _look(request: Request, target: Managed, store: Store) -> Seen:
    # The mark before the rows: what changes in between makes the guard refuse, never pass.
    mark = requests.read_mark(target)
    rows = stores.read_over(store, target, str(target))
    stores.refuse_another_ledger(store, rows, target.fetch)
    found = plan(request.folder, rows, to=request.to, out_of_order=request.out_of_order)
    found.require_no_conflict()
    ready = tasks.prepare(found.steps, target.major, columns.types(target.fetch))
    for task in ready:
        _require_one_request(task)
    return Seen(mark, found, ready)


def _require_one_request(task: Task) -> None:
    """Raise SourceError for what no single transaction can do."""
    for statement in task.script.statements:
        place = Place(statement.file, statement.line, statement.column)
        if runs_alone(statement):
            what = requirement(statement).command or "a procedure that may commit"
            raise SourceError(
                f"{what} runs outside transactions, and the Management API keeps no session that could look after it",
                place=place,
                hint=INSTEAD,
            )
        if control(statement) in (Control.SAVEPOINT, Control.RELEASE, Control.ROLLBACK_TO):
            raise SourceError(
                "a savepoint needs a transaction that was begun, and a request is one that begins by itself",
                place=place,
                hint=f"Leave it out, or write a DO block with EXCEPTION. {INSTEAD}",
            )
    if not task.transactional:
        why = "asks for transaction=none" if not task.directives.transaction else "was begun statement by statement"
        raise SourceError(
            f"the file {why}, and the Management API keeps no session for that",
            place=Place(task.migration.file),
            hint=INSTEAD,
        )


@dataclass
class _Run:
    """One run; `mark` is the history's as far as we know it."""

    request: Request
    target: Managed
    store: Store
    settings: Settings
    applied: list[Applied] = field(default_factory=list)
    rerecorded: list[str] = field(default_factory=list)
    mark: str = ""
    started: bool = False

    def to_the_end(self) -> Plan:
        """Read, plan and run, anew each time somebody else changed the history. The first plan."""
        first: Plan | None = None
        while True:
            seen = _look(self.request, self.target, self.store)
            first = first or seen.plan
            if not self.started:
                self.target.listener(Started(TASK, len(seen.ready)))
                self.started = True
            unchanged, self.mark = self.mark == seen.mark, seen.mark
            if unchanged:
                raise ServerError("the history is refused as changed, though it is the one that was read")
            try:
                self._all(seen)
            except Changed:
                self.target.listener(Note("another runner changed the history meanwhile; reading it again"))
                continue
            self.target.listener(Finished(TASK))
            return first

    def _all(self, seen: Seen) -> None:
        self._rerecord(seen.plan)
        for task in seen.ready:
            self.target.listener(Advanced(TASK, len(self.applied), task.title))
            began = self.target.clock.monotonic()
            self.mark = _Sending(self, task).send()
            seconds = self.target.clock.monotonic() - began
            self.applied.append(Applied(task.title, task.migration.file, task.step.standing, task.count, seconds))
            self.target.listener(Advanced(TASK, len(self.applied), task.title))

    def _rerecord(self, found: Plan) -> None:
        """Record edits that the server cannot see."""
        changes: list[str] = []
        for entry in found.cosmetic:
            if entry.migration is not None and entry.row is not None:
                changes += self.store.rerecord(entry.row, row_of(entry.migration, entry.row.state, self.settings.who))
        if not changes:
            return
        self.mark = recording.write(self.target, self.mark, tuple(changes))
        for entry in found.cosmetic:
            self.target.listener(Note(f"{entry.note}; recorded anew"))
            self.rerecorded.append(entry.title)


class _Sending:
    """One migration on its way: sent until the history has it, or it is certain that it cannot be."""

    def __init__(self, run: _Run, task: Task) -> None:
        self.run = run
        self.target = run.target
        self.task = task
        self.script = task.script
        self.row = task.row(State.APPLIED, task.count, run.settings.who)
        self.lost = False
        self.busy = 0.0
        self.busy_pause = FIRST_PAUSE

    def send(self) -> str:
        """The mark of the history with this migration in it.

        Raises Changed, StatementError, LockError, HistoryError or ServerError; then nothing of the file is in the
        database, or the message says that nobody knows.
        """
        patience = self.target.patience(self.task.title)
        rungs = self._rungs()
        rung = next(rungs)
        while True:
            sent = self._message(rung)
            began = self.target.clock.monotonic()
            try:
                mark = requests.mark_in(self.target.run(sent.text))
                if mark:
                    return mark
                raise Lost("the answer is not that of the request")
            except Trouble as trouble:
                found = self._after(trouble, patience)
            except QueryFailed as refused:
                sqlstate = refused.failure.sqlstate
                if sqlstate in (requests.BUSY, requests.CHANGED):
                    found = self._in_the_way(changed=sqlstate == requests.CHANGED)
                elif sqlstate in failures.RETRIED:
                    found, rung = None, self._next(rung, rungs, sqlstate)
                else:
                    seconds = self.target.clock.monotonic() - began
                    raise failed(refused.error, sent, self.script, self._limits(rung), self.target, seconds) from None
            if found:
                return found

    def _message(self, rung: Rung) -> requests.Request:
        step, store = self.task.step, self.run.store
        record = store.insert(self.row) if step.row is None else store.replace(self.row)
        create = store.create(partial=self.task.migration.repeatable)
        return requests.migration(self.script, self._limits(rung), self.run.mark, create, record)

    def _limits(self, rung: Rung) -> Limits:
        timeout = self.task.directives.statement_timeout or self.run.settings.statement_timeout
        return Limits(rung.lock_timeout, timeout)

    def _rungs(self) -> Iterator[Rung]:
        limit = self.task.directives.lock_timeout or self.run.settings.lock_timeout
        return ladder(milliseconds(limit, "`lock_timeout`"), self.run.settings.lock_attempts, self.target.random)

    def _after(self, trouble: Trouble, patience: Patience) -> str | None:
        """After a pause: the mark, if the request was carried out all the same."""
        self.lost = self.lost or isinstance(trouble, Lost)
        patience.wait(trouble)
        return self._recorded() if self.lost else None

    def _in_the_way(self, *, changed: bool) -> str | None:
        """Another runner, or an earlier request of ours that is still under way, or was carried out."""
        mark = self._recorded() if self.lost else None
        if mark:
            return mark
        if changed:
            raise Changed
        if self.busy >= self.run.settings.runner_wait:
            whose = "another runner, or an earlier request of this one," if self.lost else "another runner"
            raise LockError(
                f"{whose} did not finish within {in_words(self.run.settings.runner_wait)}",
                place=Place(self.task.migration.file),
                hint="Run again when it is done, or wait longer with `apply.runner_wait`.",
            )
        if not self.busy:
            self.target.listener(Note(f"{self.task.title}: another runner is at work; waiting"))
        pause = self.busy_pause * self.target.random.uniform(0.5, 1.0)
        self.target.clock.sleep(pause)
        self.busy += pause
        self.busy_pause = min(LONGEST_PAUSE, self.busy_pause * 1.5)
        return None

    def _recorded(self) -> str | None:
        """The mark of the history, if it has this very migration."""
        mark = requests.read_mark(self.target)
        rows = stores.read_over(self.run.store, self.target, str(self.target))
        if not records.recorded(rows, self.row):
            return None
        self.target.listener(Note(f"{self.task.title}: the answer was lost; the history has it", warning=True))
        return mark

    def _next(self, rung: Rung, rungs: Iterator[Rung], sqlstate: str) -> Rung:
        reason = "deadlock" if sqlstate == "40P01" else "no lock in time"
        if not rung.pause:
            raise LockError(
                f"{reason}, at the last try; the whole file was rolled back",
                place=Place(self.task.migration.file),
                hint="End what is in the way, or run again at a quieter time; `apply.lock_timeout` and "
                "`apply.lock_attempts` set how long it is tried.",
            )
        told = f"{self.task.title}: {reason}; trying again in {in_words(rung.pause)}"
        self.target.listener(Note(told, warning=True))
        self.target.clock.sleep(rung.pause)
        return next(rungs)
