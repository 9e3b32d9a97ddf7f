"""A file as one transaction: one message, tried again while locks are in the way."""

from collections.abc import Callable
from dataclasses import dataclass

from schemactl.apply import failures, records, recovery
from schemactl.apply.attempts import Climb
from schemactl.apply.message import Message, transaction, whole
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Commands, Store
from schemactl.apply.tasks import Task
from schemactl.apply.wire import Failure, LostConnection
from schemactl.core.errors import SchemactlError
from schemactl.db.session import Limits
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


def run(task: Task, session: Session, store: Store, settings: Settings) -> None:
    """Apply `task` with its history row, all or nothing. Raises as `run_whole` does."""
    row = task.row(State.APPLIED, task.count, settings.who)
    record = store.insert(row) if task.step.row is None else store.replace(row)
    work = Work(task.title, task.script, task.directives, record, lambda rows: records.recorded(rows, row))
    run_whole(work, session, store, settings)


def run_whole(work: Work, session: Session, store: Store, settings: Settings) -> None:
    """Run a file in one transaction.

    Raises StatementError, LockError, HistoryError or ServerError; then nothing of the file is in the database.
    """
    body = whole(work.script)
    clean = session.clean
    timeout = work.directives.statement_timeout or settings.statement_timeout
    limit = work.directives.lock_timeout or settings.lock_timeout
    climb = Climb(work.title, work.script.file, limit, settings.lock_attempts, ROLLED_BACK)
    try:
        message, reply = climb.send(session, lambda wait: transaction(body, Limits(wait, timeout), work.record, clean))
    except LostConnection as lost:
        recovery.require_committed(session, store, lost, settings, work.title, work.recorded)
        return
    if reply.failure and reply.completed >= message.commits:
        session.make_clean()
    elif reply.failure:
        raise _failed(work.script.file, message, reply.completed, reply.failure, str(session))


def _failed(file: str, message: Message, completed: int, failure: Failure, target: str) -> SchemactlError:
    statement = message.statement_at(completed, failure.position)
    if statement is not None:
        return failures.statement_failed(failure, statement, message.place(statement, failure.position), ROLLED_BACK)
    if message.is_guard(completed):
        return failures.lock_lost(file)
    if message.is_commit(completed):
        return failures.commit_failed(failure, file)
    return failures.history_refused(failure, target)
