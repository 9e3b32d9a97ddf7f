"""Several migrations in one message, each a transaction of its own, as long as they are quick.

Only a shorter way to the same end: the message is what the migrations' own messages are, one behind the other, but for
what is done only once in it: the runner lock is looked at in the first transaction, the log is flushed to disk with the
last. The server stops at the first failure, and the migration that failed is then run alone, which tells what is wrong.
While the server works, what comes next is made ready.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from random import Random

from schemactl.apply import failures, recovery, transactional
from schemactl.apply.ladder import ladder
from schemactl.apply.message import Among, Message
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.apply.tasks import Task
from schemactl.apply.transactional import Work
from schemactl.apply.wire import LostConnection, Reply
from schemactl.core.durations import milliseconds
from schemactl.core.errors import SchemactlError
from schemactl.core.events import Note

MOST = 32
MOST_CHARACTERS = 64_000
QUICK = 0.1
SLOW = 0.5


@dataclass(frozen=True, slots=True)
class Ran:
    """The seconds of each that was applied, and the error that ended it where a new try is of no use."""

    seconds: tuple[float, ...]
    error: SchemactlError | None = None


@dataclass(slots=True)
class Pace:
    """How many migrations go into the next message: more while messages are quick, so that progress is always seen."""

    size: int = 1

    def learn(self, seconds: float, *, all_ran: bool) -> None:
        """A message took `seconds`; after a failure the next one holds one migration."""
        if not all_ran or seconds > SLOW:
            self.size = 1
        elif seconds < QUICK:
            self.size = min(MOST, self.size * 2)


@dataclass(frozen=True, slots=True)
class Works:
    """What is sent for each migration, some of it made before it is asked for."""

    store: Store
    settings: Settings
    _made: dict[str, Work] = field(default_factory=dict)

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Make what `tasks` will need."""
        for task in tasks:
            if task.title not in self._made:
                self._made[task.title] = transactional.work_of(task, self.store, self.settings)

    def take(self, task: Task) -> Work:
        """What is sent for `task`."""
        return self._made.pop(task.title, None) or transactional.work_of(task, self.store, self.settings)


def gather(ready: Sequence[Task], size: int) -> tuple[Task, ...]:
    """The first of `ready` that may travel together."""
    room = MOST_CHARACTERS
    chosen: list[Task] = []
    for task in takewhile(lambda task: task.transactional, ready[:size]):
        room -= len(task.migration.text)
        if chosen and room < 0:
            break
        chosen.append(task)
    return tuple(chosen)


def run(batch: Sequence[Task], later: Sequence[Task], session: Session, works: Works) -> Ran:
    """Apply `batch` up to the first that fails; `later` are those that may come next."""
    settings = works.settings
    mine = [works.take(task) for task in batch]
    messages = [_message(work, session, settings, Among(first=work is mine[0], last=work is mine[-1])) for work in mine]
    text = "\n".join(message.text for message in messages)
    try:
        reply, blocked = session.send(text, _shortest(mine, settings), lambda: works.prepare(later))
    except LostConnection as lost:
        count, error = recovery.settle([work.sent for work in mine], lost, session, works.store, settings)
        _flush(count, len(mine), session)
        return Ran((0.0,) * count, error)
    seconds = _committed(messages, reply)
    if reply.failure:
        session.roll_back()
        session.make_clean()
        _flush(len(seconds), len(mine), session)
    if reply.failure and reply.failure.sqlstate in failures.RETRIED:
        seen = f": {blocked}" if blocked else ""
        session.listener(Note(f"{batch[len(seconds)].title}: no lock in time{seen}; trying again", warning=True))
    return Ran(seconds)


def _flush(committed: int, sent: int, session: Session) -> None:
    """Wait for what the commit of the last one, which did not come, would have put on disk."""
    if 0 < committed < sent:
        session.flush()


def _message(work: Work, session: Session, settings: Settings, among: Among) -> Message:
    return transactional.compose(work, session, settings, _first_limit(work, settings), among)


def _first_limit(work: Work, settings: Settings) -> str:
    limit = milliseconds(transactional.lock_limit(work, settings))
    return next(ladder(limit, 2, Random(0))).lock_timeout  # noqa: S311 - the pause is not used


def _shortest(works: Sequence[Work], settings: Settings) -> int:
    return min(milliseconds(_first_limit(work, settings)) for work in works)


def _committed(messages: Sequence[Message], reply: Reply) -> tuple[float, ...]:
    seconds: list[float] = []
    before = 0
    for message in messages:
        if reply.completed - before < message.commits:
            break
        seconds.append(float(reply.values[before + message.took]))
        before += message.count
    return tuple(seconds)
