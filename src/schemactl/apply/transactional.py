"""A migration as one transaction: one message, tried again while locks are in the way."""

from schemactl.apply import failures, recovery
from schemactl.apply.attempts import Climb
from schemactl.apply.message import Message, transaction, whole
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.apply.tasks import Task
from schemactl.apply.wire import Failure, LostConnection
from schemactl.core.errors import SchemactlError
from schemactl.db.session import Limits
from schemactl.migrations.history import State

ROLLED_BACK = "the whole migration was rolled back"


def run(task: Task, session: Session, store: Store, settings: Settings) -> None:
    """Apply `task` with its history row, all or nothing.

    Raises StatementError, LockError, HistoryError or ServerError; then nothing of the migration is in the database.
    """
    row = task.row(State.APPLIED, task.count, settings.who)
    record = store.insert(row) if task.step.row is None else store.replace(row)
    body = whole(task.script)
    clean = session.clean
    timeout = task.directives.statement_timeout or settings.statement_timeout
    limit = task.directives.lock_timeout or settings.lock_timeout
    climb = Climb(task.title, task.migration.file, limit, settings.lock_attempts, ROLLED_BACK)
    try:
        message, reply = climb.send(session, lambda wait: transaction(body, Limits(wait, timeout), record, clean))
    except LostConnection as lost:
        recovery.require_applied(session, store, row, lost, settings)
        return
    if reply.failure and reply.completed >= message.commits:
        session.make_clean()
    elif reply.failure:
        raise _failed(task, message, reply.completed, reply.failure, str(session))


def _failed(task: Task, message: Message, completed: int, failure: Failure, target: str) -> SchemactlError:
    statement = message.statement_at(completed, failure.position)
    if statement is not None:
        return failures.statement_failed(failure, statement, message.place(statement, failure.position), ROLLED_BACK)
    if message.is_guard(completed):
        return failures.lock_lost(task.migration.file)
    if message.is_commit(completed):
        return failures.commit_failed(failure, task.migration.file)
    return failures.history_refused(failure, target)
