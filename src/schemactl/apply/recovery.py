"""A connection that broke in the middle: what became of the migration is read from the history, never guessed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemactl.apply import runner_lock, stores
from schemactl.apply.session import Session
from schemactl.apply.settings import RECONNECT_SECONDS, Settings
from schemactl.apply.store import Store
from schemactl.apply.wire import LostConnection
from schemactl.core.errors import SchemactlError, ServerError
from schemactl.core.events import Note
from schemactl.db.connect import connect_patiently
from schemactl.db.redact import redact
from schemactl.db.sqlstates import describe
from schemactl.migrations.history import HistoryRow


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that was under way, and how the history tells that it was committed."""

    title: str
    recorded: Callable[[tuple[HistoryRow, ...]], bool]


def settle(
    sent: Sequence[Sent], lost: LostConnection, session: Session, store: Store, settings: Settings
) -> tuple[int, ServerError | None]:
    """With a new connection, how many of `sent` were committed before the old one broke, and the error for the rest.

    Raises ServerError when the server does not come back, so that nobody can tell.
    """
    reason = explain(lost)
    try:
        reconnect(session, settings)
    except SchemactlError as error:
        raise ServerError(
            f"the connection broke while {sent[0].title} was applied ({reason}), and did not come back "
            f"({error.message}); whether it was committed is in the history",
            hint="Run again when the server answers: it reads the history first.",
        ) from None
    rows = stores.read(store, session.connection, session.dsn)
    for number, one in enumerate(sent):
        if not one.recorded(rows):
            return number, ServerError(
                f"the connection broke while {one.title} was applied ({reason}); nothing of it is in the database",
                hint="Run again: it starts with this file.",
            )
    session.listener(Note(f"{sent[-1].title}: the connection broke ({reason}) after it was committed", warning=True))
    return len(sent), None


def reconnect(session: Session, settings: Settings) -> None:
    """A new connection that holds the runner lock: the old one's server process is gone then, whatever it did last."""
    session.replace(connect_patiently(session.dsn, seconds=RECONNECT_SECONDS, clock=session.clock))
    runner_lock.acquire(session, settings.runner_wait)


def explain(lost: LostConnection) -> str:
    """Why the connection broke."""
    reason = redact(" ".join(lost.reason.split()))
    return f"{describe(lost.sqlstate)}: {reason}" if lost.sqlstate else reason
