"""A migration that is no transaction: statement by statement, each recorded, so that a rerun goes on where it stopped.

What can run in a transaction is committed together with its mark in the history, and so happens exactly once. For what
cannot, the history says first that it is about to run; when nobody knows whether it did, the catalog is asked.
"""

from dataclasses import replace

from schemactl.apply import failures, recovery, wire
from schemactl.apply.attempts import Climb
from schemactl.apply.bare import Bare
from schemactl.apply.message import bookkeeping, single, transaction
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Commands, Store
from schemactl.apply.tasks import Task
from schemactl.apply.wire import LostConnection
from schemactl.core.errors import SchemactlError, ServerError
from schemactl.core.events import Note
from schemactl.db.redact import shorten
from schemactl.db.session import Limits
from schemactl.db.statement_failure import Failure
from schemactl.migrations.history import HistoryRow, State
from schemactl.sql.parse import Statement
from schemactl.sql.transactions import runs_alone

BUILD_ATTEMPTS = 3
NO_TRANSACTION = frozenset({"25001", "2D000"})
"""The server's answers to what cannot run in a transaction, and to a procedure that ends one."""


def run(task: Task, session: Session, store: Store, settings: Settings) -> None:
    """Apply `task` from its first statement that is not done.

    Raises StatementError, LockError or ServerError; the history then says how far it came.
    """
    runner = _Stepwise(task, session, store, settings)
    try:
        runner.start()
        for statement in task.script.statements[task.step.done :]:
            runner.step(statement)
        runner.finish()
        session.make_clean()
    except LostConnection as lost:
        raise ServerError(
            f"the connection broke while {task.title} was applied, at statement {runner.row.done + 1} of "
            f"{runner.row.total} ({recovery.explain(lost)}); those before it stand",
            hint="Run again: it goes on there, and looks first whether that statement happened.",
        ) from None


class _Stepwise:
    """One migration on its way; `row` is its history row as last recorded."""

    def __init__(self, task: Task, session: Session, store: Store, settings: Settings) -> None:
        self.task = task
        self.session = session
        self.store = store
        self.settings = settings
        self.row = task.row(State.RUNNING, task.step.done, settings.who)

    def start(self) -> None:
        """Record that the migration is under way, and bring back the settings that its earlier statements made."""
        known = self.task.step.row
        if known is None:
            self.record(self.store.insert(self.row))
        elif known.state.complete:
            self.record(self.store.replace(self.row))
        else:
            self.record(self.store.rerecord(known, self.row))
            self._tell_resumption(known)
        for statement in self.task.script.statements[: self.row.done]:
            if statement.kind == "VariableSetStmt":
                self._set_again(statement)

    def _tell_resumption(self, known: HistoryRow) -> None:
        number = self.row.done + 1
        self.session.listener(Note(f"{self.task.title}: goes on at statement {number} of {self.row.total}"))
        if known.intended == number and not self._unsettled(number):
            left = f"what it may have left behind is not looked for: {shorten(known.statements[number - 1].text)}"
            self.session.listener(
                Note(f"{self.task.title}: statement {number} was edited since it was under way; {left}", warning=True)
            )

    def step(self, statement: Statement) -> None:
        """Run one statement and record it."""
        after = replace(self.row, done=statement.index)
        alone = runs_alone(statement)
        if alone or not self._in_transaction(statement, after):
            self._alone(statement, after)
        self.row = after

    def finish(self) -> None:
        """Record the end of a file whose last statements were taken out since it broke off."""
        if self.task.step.done == self.row.total:
            self.record(self.store.advance(self.row))

    def record(self, commands: Commands) -> None:
        """Write to the history, in a transaction of its own."""
        text = bookkeeping(commands)
        reply = wire.send(self.session.connection, text)
        if reply.failure:
            self.session.roll_back()
            raise self._own_failed(reply.failure)

    def _set_again(self, statement: Statement) -> None:
        reply = wire.send(self.session.connection, statement.text)
        if reply.failure:
            place = statement.source.position(statement.start)
            raise failures.statement_failed(reply.failure, statement, place, self._standing())

    def _in_transaction(self, statement: Statement, after: HistoryRow) -> bool:
        """Run a statement together with its mark; False where the server says that it cannot be done that way."""
        outcome = f"rolled back; {self._standing()}"
        limit = self.task.directives.lock_timeout or self.settings.lock_timeout
        climb = Climb(self.task.title, self.task.migration.file, limit, self.settings.lock_attempts, outcome)
        record = self.store.advance(after)
        message, reply = climb.send(
            self.session, lambda wait: transaction(single(statement), self._limits(statement, wait), record)
        )
        if reply.failure is None:
            return True
        failed = message.statement_at(reply.completed, reply.failure.position)
        if failed is None and message.is_commit(reply.completed):
            raise failures.commit_failed(reply.failure, self.task.migration.file)
        if failed is None:
            raise self._own_failed(reply.failure)
        if reply.failure.sqlstate in NO_TRANSACTION:
            return False
        place = message.place(statement, reply.failure.position)
        self.record(self.store.fail(self.row, failures.explain(reply.failure)))
        raise failures.statement_failed(reply.failure, statement, place, outcome)

    def _alone(self, statement: Statement, after: HistoryRow) -> None:
        Bare(
            statement=statement,
            session=self.session,
            limits=self._limits(statement, self._build_limit(), build=True),
            climb=self._build_climb(),
            intend=lambda: self.record(self.store.intend(self.row)),
            fail=lambda failure: self.record(self.store.fail(self.row, failures.explain(failure))),
        ).run(unsettled=self._unsettled(statement.index))
        self.record(self.store.advance(after))

    def _unsettled(self, number: int) -> bool:
        """Whether an earlier run was about to run this very statement, and nobody knows what became of it."""
        known = self.task.step.row
        if known is None or known.intended != number or not number <= min(len(known.statements), self.row.total):
            return False
        return known.statements[number - 1].checksum == self.row.statements[number - 1].checksum

    def _build_climb(self) -> Climb:
        keys = "`apply.build_lock_timeout` sets"
        title, file = self.task.title, self.task.migration.file
        return Climb(title, file, self._build_limit(), BUILD_ATTEMPTS, self._standing(), keys)

    def _build_limit(self) -> str:
        return self.task.directives.lock_timeout or self.settings.build_lock_timeout

    def _limits(self, statement: Statement, lock_timeout: str, *, build: bool = False) -> Limits:
        """The limits of a statement; what the file itself has set before stands."""
        timeout = self.task.directives.statement_timeout or ("0" if build else self.settings.statement_timeout)
        own = {
            earlier.node.get("name")
            for earlier in self.task.script.statements[: statement.index - 1]
            if earlier.kind == "VariableSetStmt"
        }
        return Limits(None if "lock_timeout" in own else lock_timeout, None if "statement_timeout" in own else timeout)

    def _standing(self) -> str:
        done = self.row.done
        stands = f"statement{'s 1 to' if done > 1 else ''} {done} of it stand{'' if done > 1 else 's'}"
        return f"{stands if done else 'nothing of it stands'}, and the next run goes on here"

    def _own_failed(self, failure: Failure) -> SchemactlError:
        if failure.sqlstate == "22012":
            return failures.lock_lost(self.task.migration.file)
        return failures.history_refused(failure, str(self.session))
