"""A connection that broke in the middle: what became of the migration is read from the history, never guessed."""

from collections.abc import Callable

from schemactl.apply import runner_lock
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


def require_committed(
    session: Session,
    store: Store,
    lost: LostConnection,
    settings: Settings,
    title: str,
    recorded: Callable[[tuple[HistoryRow, ...]], bool],
) -> None:
    """Go on with a new connection when the transaction was committed before the old one broke; `recorded` can tell.

    Raises ServerError when it was not, or when nobody can tell.
    """
    reason = explain(lost)
    try:
        reconnect(session, settings)
    except SchemactlError as error:
        fate = "was committed" if lost.committed else "may have been committed: the next run reads it from the history"
        raise ServerError(
            f"the connection broke while {title} was applied ({reason}), and did not come back ({error.message}); "
            f"the transaction {fate}",
            hint="Run again when the server answers.",
        ) from None
    if not lost.committed and not recorded(store.read(session.connection)):
        raise ServerError(
            f"the connection broke while {title} was applied ({reason}); nothing of it is in the database",
            hint="Run again: it starts with this file.",
        )
    session.listener(Note(f"{title}: the connection broke ({reason}) after it was committed", warning=True))


def reconnect(session: Session, settings: Settings) -> None:
    """A new connection that holds the runner lock: the old one's server process is gone then, whatever it did last."""
    session.replace(connect_patiently(session.dsn, seconds=RECONNECT_SECONDS, clock=session.clock))
    runner_lock.acquire(session, settings.runner_wait)


def explain(lost: LostConnection) -> str:
    """Why the connection broke."""
    reason = redact(" ".join(lost.reason.split()))
    return f"{describe(lost.sqlstate)}: {reason}" if lost.sqlstate else reason
