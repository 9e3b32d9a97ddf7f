"""A migration as one transaction: one message, tried again while locks are in the way."""

from dataclasses import dataclass

from schemactl.apply import failures, recovery
from schemactl.apply.blockers import Blocked
from schemactl.apply.durations import in_words, milliseconds
from schemactl.apply.ladder import Rung, ladder
from schemactl.apply.message import Message, transaction
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.apply.tasks import Task
from schemactl.apply.wire import Failure, LostConnection, Reply
from schemactl.core.errors import HistoryError, LockError, Place, SchemactlError
from schemactl.core.events import Note
from schemactl.db.session import Limits
from schemactl.migrations.history import HistoryRow, State


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs migrations of one target, each in a transaction of its own."""

    session: Session
    store: Store
    settings: Settings

    def run(self, task: Task) -> None:
        """Apply `task` with its history row, all or nothing.

        Raises StatementError, LockError, HistoryError or ServerError; then nothing of the migration is in the database.
        """
        row = task.row(State.APPLIED, len(task.script.statements), self.settings.who)
        record = self.store.insert(row) if task.step.row is None else self.store.replace(row)
        limit = task.directives.lock_timeout or self.settings.lock_timeout
        timeout = task.directives.statement_timeout or self.settings.statement_timeout
        attempts = self.settings.lock_attempts
        for number, rung in enumerate(ladder(milliseconds(limit), attempts, self.session.random), start=1):
            message = transaction(task.script, Limits(rung.lock_timeout, timeout), record, self.session.clean)
            reply, blocked = self._send(message, rung, row)
            if reply is None or reply.completed >= message.commits:
                return
            assert reply.failure is not None  # noqa: S101 - an answer is missing, so something failed
            self.session.roll_back()
            if reply.failure.sqlstate not in failures.RETRIED:
                raise self._failed(task, message, reply.completed, reply.failure)
            if not rung.pause:
                raise _gave_up(task, message, reply, blocked, number)
            told = _told(rung, reply.failure, blocked)
            self.session.listener(Note(f"{task.title}: try {number} of {attempts}: {told}", warning=True))
            self.session.clock.sleep(rung.pause)

    def _send(self, message: Message, rung: Rung, row: HistoryRow) -> tuple[Reply | None, Blocked | None]:
        """The answer, or none where the connection broke and the history says that the migration was committed."""
        try:
            return self.session.send(message.text, milliseconds(rung.lock_timeout))
        except LostConnection as lost:
            recovery.require_applied(
                self.session, self.store, row, lost, committed=len(lost.tags) >= message.commits, settings=self.settings
            )
            return None, None

    def _failed(self, task: Task, message: Message, completed: int, failure: Failure) -> SchemactlError:
        statement = message.statement_at(completed, failure.position)
        if statement is not None:
            place = message.place(statement, failure.position)
            return failures.statement_failed(failure, statement, place, "the whole migration was rolled back")
        if message.is_guard(completed):
            return LockError(
                "the runner lock was lost while the migration ran; it was rolled back",
                place=Place(task.migration.file),
                hint="Does it call pg_advisory_unlock_all(), or does a pooler stand in between?",
            )
        if message.is_commit(completed):
            return failures.own_statement_failed(
                failure, "at COMMIT, so all of it was rolled back", task.migration.file
            )
        if failure.sqlstate == "23505":
            return HistoryError(
                "another runner applied it meanwhile; here it was rolled back", place=Place(task.migration.file)
            )
        return failures.history_refused(failure, str(self.session))


def _told(rung: Rung, failure: Failure, blocked: Blocked | None) -> str:
    reason = "deadlock" if failure.sqlstate == "40P01" else f"no lock within {rung.lock_timeout}"
    seen = f": {blocked}" if blocked else "; who is in the way could not be seen"
    return f"{reason}{seen}; trying again in {in_words(rung.pause)}"


def _gave_up(task: Task, message: Message, reply: Reply, blocked: Blocked | None, number: int) -> LockError:
    statement = message.statement_at(reply.completed, None)
    place = Place(task.migration.file, statement.line, statement.column) if statement else Place(task.migration.file)
    tries = "one try" if number == 1 else f"{number} tries"
    seen = f": {blocked}" if blocked else ""
    return LockError(
        f"no lock after {tries}{seen}; the whole migration was rolled back",
        place=place,
        hint="End what is in the way, or run again at a quieter time; "
        "`apply.lock_timeout` and `apply.lock_attempts` set how long it is tried.",
    )
