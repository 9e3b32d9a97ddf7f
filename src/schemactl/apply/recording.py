"""Writing to a history alone: decided on what it says, and written only while it still says so."""

from collections.abc import Callable
from typing import TypeVar

from schemactl.apply import failures, requests, runner_lock, stores
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Commands, Store
from schemactl.core.errors import LockError
from schemactl.db.api_errors import QueryFailed
from schemactl.db.managed import Managed
from schemactl.db.patience import Lost, Trouble
from schemactl.migrations.history import HistoryRow

T = TypeVar("T")
Decide = Callable[[tuple[HistoryRow, ...]], tuple[T, Commands]]
"""What a history asks for, and the statements that do it; none when there is nothing to do."""

ROUNDS = 20


class Changed(Exception):
    """Somebody else changed the history since it was read."""


def by_session(session: Session, store: Store, settings: Settings, decide: Decide[T]) -> T:
    """Decide and write while holding the runner lock. Raises as `runner_lock.acquire`, and what `decide` raises."""
    runner_lock.acquire(session, settings.runner_wait)
    found, changes = decide(stores.read(store, session.connection, session.dsn))
    session.write(changes)
    return found


def by_requests(target: Managed, store: Store, decide: Decide[T]) -> T:
    """Decide and write in one request, anew as long as others change the history. Raises ServerError, LockError."""
    sent: list[T] = []
    for _ in range(ROUNDS):
        mark = requests.read_mark(target)
        found, changes = decide(stores.read_over(store, target, str(target)))
        if not changes:
            # Where we sent something before, its answer was lost, and this is what it left.
            return sent[0] if sent else found
        sent.append(found)
        try:
            write(target, mark, changes)
        except Changed:
            continue
        return found
    raise LockError(f"the history of {target} changes all the time", hint="Run again when no other runner is at work.")


def write(target: Managed, mark: str, changes: Commands) -> str:
    """Write `changes` to the history that has this mark, once; the new mark.

    Raises Changed when it has another one, perhaps since the answer to this very request was lost; ServerError.
    """
    text = requests.bookkeeping(mark, changes)
    patience = target.patience("writing the history")
    while True:
        try:
            return requests.mark_in(target.run(text))
        except Trouble as trouble:
            patience.wait(trouble)
        except QueryFailed as refused:
            if refused.failure.sqlstate == requests.CHANGED:
                raise Changed from None
            if refused.failure.sqlstate != requests.BUSY:
                raise failures.history_refused(refused.failure, str(target)) from None
            patience.wait(Lost("another runner is at work"))
