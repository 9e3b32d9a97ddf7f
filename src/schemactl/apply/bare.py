"""A statement outside any transaction: it may be cut off in the middle, and must be found again."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from schemactl.apply import failures, wire
from schemactl.apply.attempts import Climb
from schemactl.apply.blockers import Blocked
from schemactl.apply.effects import Effect, Happened, look
from schemactl.apply.session import Session
from schemactl.core.durations import in_words, milliseconds
from schemactl.core.errors import LockError, Place, SchemactlError
from schemactl.core.events import Note
from schemactl.db.redact import shorten
from schemactl.db.session import Limits
from schemactl.db.statement_failure import Failure
from schemactl.sql.parse import Statement

RETRY_PAUSE = 1.0
BUSY_PAUSE = 0.5
MOST_REPAIRS = 5
CLEARING = Limits("2s")


@dataclass(frozen=True, slots=True)
class Bare:
    """One such statement. `intend` and `fail` write to the history, each in a transaction of its own."""

    statement: Statement
    session: Session
    limits: Limits
    climb: Climb
    intend: Callable[[], None]
    fail: Callable[[Failure], None]

    def run(self, *, unsettled: bool) -> None:
        """Make it happen once; `unsettled` when an earlier run may have done so already."""
        wire.send(self.session.connection, "\n".join(self.limits.commands(local=False)))
        effect = self._clear_the_way(mine=unsettled)
        if effect.happened is Happened.YES and unsettled:
            self._tell("had happened before the last run broke off; recorded")
            return
        if unsettled and effect.happened is Happened.UNKNOWN:
            self._tell("may have happened before the last run broke off, and nobody can tell; it runs again")
        if effect.happened is not Happened.YES:
            # What is there already makes the statement fail, or do nothing; no crash may later take it for its work.
            self.intend()
        self._try()

    def _try(self) -> None:
        for number in range(1, self.climb.attempts + 1):
            reply, blocked = self.session.send(self.statement.text, milliseconds(self.climb.limit))
            if reply.failure is None:
                return
            if reply.failure.sqlstate not in failures.RETRIED:
                raise self._failed(reply.failure)
            if number == self.climb.attempts:
                raise self._gave_up(reply.failure, number, blocked)
            pause = RETRY_PAUSE * self.session.random.uniform(1, 2) * number
            self.climb.tell(self.session, number, reply.failure, blocked, pause)
            self.session.clock.sleep(pause)
            self._clear_the_way(mine=True)

    def _clear_the_way(self, *, mine: bool) -> Effect:
        """Look for what is there, drop or finish what is half done, wait while somebody else is at it."""
        for _ in range(MOST_REPAIRS):
            effect = self._settled()
            # The traces of somebody else's REINDEX are not ours to remove.
            if effect.happened is not Happened.HALF or (self.statement.kind == "ReindexStmt" and not mine):
                return effect
            for repair in effect.repair:
                self._tell(f"{effect.object} was left half done: {repair}")
                reply, blocked = self.session.send(repair, milliseconds(self.climb.limit))
                if reply.failure and reply.failure.sqlstate in failures.RETRIED:
                    raise self._gave_up(reply.failure, 1, blocked)
                if reply.failure:
                    raise self._failed(reply.failure, f"while clearing up with {repair}: ")
        return self._settled()

    def _settled(self) -> Effect:
        waited = 0.0
        limit = milliseconds(self.climb.limit) / 1000
        while (effect := look(self.statement, self.session.fetch)).happened is Happened.BUSY:
            if waited == 0:
                self._tell(f"{effect.object} is being built by somebody else; waiting up to {in_words(limit)}")
            if waited >= limit:
                raise LockError(f"{effect.object} is being built by somebody else", place=self._place())
            self.session.clock.sleep(BUSY_PAUSE)
            waited += BUSY_PAUSE
        return effect

    def _failed(self, failure: Failure, doing: str = "") -> SchemactlError:
        self.fail(failure)
        self._clear_up()
        position = failure.position if not doing else None
        place = self.statement.source.position(self.statement.start + (position or 0))
        error = failures.statement_failed(failure, self.statement, place, self.climb.outcome)
        error.message = doing + error.message
        return error

    def _gave_up(self, failure: Failure, number: int, blocked: Blocked | None) -> LockError:
        self.fail(failure)
        self._clear_up()
        return self.climb.gave_up(number, blocked, self.statement)

    def _clear_up(self) -> None:
        """Leave no broken index behind that every write pays for; where that fails, the next run does it."""
        with suppress(SchemactlError):
            wire.send(self.session.connection, "\n".join(CLEARING.commands(local=False)))
            effect = look(self.statement, self.session.fetch)
            for repair in effect.repair if self.statement.kind in {"IndexStmt", "ReindexStmt"} else ():
                self.session.send(repair, milliseconds(self.climb.limit))

    def _tell(self, what: str) -> None:
        text = shorten(self.statement.text, 60)
        self.session.listener(
            Note(f"{self.climb.title}: statement {self.statement.index} ({text}) {what}", warning=True)
        )

    def _place(self) -> Place:
        return Place(self.statement.file, self.statement.line, self.statement.column)
