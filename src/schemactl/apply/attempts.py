"""Trying a message again while locks are in its way."""

from collections.abc import Callable
from dataclasses import dataclass

from schemactl.apply import failures
from schemactl.apply.blockers import Blocked
from schemactl.apply.ladder import ladder
from schemactl.apply.message import Message
from schemactl.apply.session import Session
from schemactl.apply.wire import Reply
from schemactl.core.durations import in_words, milliseconds
from schemactl.core.errors import LockError, Place
from schemactl.core.events import Note
from schemactl.db.statement_failure import Failure
from schemactl.sql.parse import Statement


@dataclass(frozen=True, slots=True)
class Climb:
    """How a migration's lock is tried for: at most `attempts` times, each within `limit` (a Postgres duration)."""

    title: str
    file: str
    limit: str
    attempts: int
    outcome: str
    keys: str = "`apply.lock_timeout` and `apply.lock_attempts` set"

    def send(self, session: Session, build: Callable[[str], Message]) -> tuple[Message, Reply]:
        """Send what `build` makes of a lock time-out, until no lock is in its way.

        A failure of another kind is handed back, its transaction rolled back. Raises LockError after the last try, and
        LostConnection.
        """
        limit = milliseconds(self.limit, "`lock_timeout`")
        for number, rung in enumerate(ladder(limit, self.attempts, session.random), start=1):
            message = build(rung.lock_timeout)
            reply, blocked = session.send(message.text, milliseconds(rung.lock_timeout))
            if reply.failure is None:
                return message, reply
            session.roll_back()
            if reply.completed >= message.commits or reply.failure.sqlstate not in failures.RETRIED:
                return message, reply
            if not rung.pause:
                raise self.gave_up(number, blocked, message.statement_at(reply.completed, None))
            self.tell(session, number, reply.failure, blocked, rung.pause)
            session.clock.sleep(rung.pause)
        raise AssertionError("a ladder has a last rung")

    def tell(self, session: Session, number: int, failure: Failure, blocked: Blocked | None, pause: float) -> None:
        """Say who was in the way of a try, and when the next one comes."""
        reason = "deadlock" if failure.sqlstate == "40P01" else "no lock in time"
        seen = f": {blocked}" if blocked else ""
        told = f"{self.title}: try {number} of {self.attempts}: {reason}{seen}; trying again in {in_words(pause)}"
        session.listener(Note(told, warning=True))

    def gave_up(self, number: int, blocked: Blocked | None, statement: Statement | None) -> LockError:
        """The error after the last try."""
        place = Place(self.file, statement.line, statement.column) if statement else Place(self.file)
        tries = "one try" if number == 1 else f"{number} tries"
        seen = f": {blocked}" if blocked else ""
        return LockError(
            f"no lock after {tries}{seen}; {self.outcome}",
            place=place,
            hint=f"End what is in the way, or run again at a quieter time; {self.keys} how long it is tried.",
        )
