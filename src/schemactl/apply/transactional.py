"""A file as one transaction: one message, tried again while locks are in the way."""

from collections.abc import Callable
from dataclasses import dataclass

from schemactl.apply import failures, records, recovery
from schemactl.apply.attempts import Climb
from schemactl.apply.message import ALONE, Among, Message, transaction, whole
from schemactl.apply.recovery import Sent
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Commands, Store
from schemactl.apply.tasks import Task
from schemactl.apply.wire import LostConnection
from schemactl.core.errors import SchemactlError
from schemactl.db.session import Limits
from schemactl.db.statement_failure import Failure
from schemactl.migrations.directives import Directives
from schemactl.migrations.history import HistoryRow, State
from schemactl.sql.parse import Script

ROLLED_BACK = "the whole file was rolled back"


@dataclass(frozen=True, slots=True)
class Work:
    """A file to be run whole, what is written to the history with it, and how the history tells that it was."""

    title: str
    script: Script
    directives: Directives
    record: Commands
    recorded: Callable[[tuple[HistoryRow, ...]], bool]

    @property
    def sent(self) -> Sent:
        """What is to be settled when the connection breaks."""
        return Sent(self.title, self.recorded)


def run(task: Task, session: Session, store: Store, settings: Settings) -> None:
    """Apply `task` with its history row, all or nothing. Raises as `run_whole` does."""
    run_whole(work_of(task, store, settings), session, store, settings)


def work_of(task: Task, store: Store, settings: Settings) -> Work:
    """What is sent for a migration."""
    row = task.row(State.APPLIED, task.count, settings.who)
    record = store.insert(row) if task.step.row is None else store.replace(row)
    return Work(task.title, task.script, task.directives, record, lambda rows: records.recorded(rows, row))


def lock_limit(work: Work, settings: Settings) -> str:
    """The longest that a statement of the file waits for a lock."""
    return work.directives.lock_timeout or settings.lock_timeout


def compose(work: Work, session: Session, settings: Settings, lock_timeout: str, among: Among = ALONE) -> Message:
    """The message for `work`, which leaves the session as new."""
    timeout = work.directives.statement_timeout or settings.statement_timeout
    clean = ("BEGIN;", *session.clean, "COMMIT;")
    return transaction(whole(work.script), Limits(lock_timeout, timeout), work.record, clean, among)


def run_whole(work: Work, session: Session, store: Store, settings: Settings) -> None:
    """Run a file in one transaction.

    Raises StatementError, LockError, HistoryError or ServerError; then nothing of the file is in the database.
    """
    climb = Climb(work.title, work.script.file, lock_limit(work, settings), settings.lock_attempts, ROLLED_BACK)
    try:
        message, reply = climb.send(session, lambda wait: compose(work, session, settings, wait))
    except LostConnection as lost:
        _, error = recovery.settle([work.sent], lost, session, store, settings)
        if error:
            raise error from None
        return
    if reply.failure and reply.completed >= message.commits:
        session.make_clean()
    elif reply.failure:
        raise _failed(work.script.file, message, reply.completed, reply.failure, str(session))


def _failed(file: str, message: Message, completed: int, failure: Failure, target: str) -> SchemactlError:
    if completed == 0 and failure.sqlstate in failures.NOT_OF_THE_ENCODING:
        return failures.unreadable(failure, file, message.body, target)
    statement = message.statement_at(completed, failure.position)
    if statement is not None:
        return failures.statement_failed(failure, statement, message.place(statement, failure.position), ROLLED_BACK)
    if message.is_guard(completed):
        return failures.lock_lost(file)
    if message.is_commit(completed):
        return failures.commit_failed(failure, file)
    return failures.history_refused(failure, target)
