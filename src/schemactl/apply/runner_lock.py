"""One runner at a time: an advisory lock of the session, polled and never waited for.

A session that waits inside the server holds a snapshot, for which a concurrent index build of the lock's holder waits
in turn: both stand still for ever (PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently").
"""

from typing import TYPE_CHECKING, Any

from schemactl.apply import pooler
from schemactl.core.durations import in_words
from schemactl.core.errors import LockError, ServerError
from schemactl.core.events import Note
from schemactl.db.query import query

if TYPE_CHECKING:
    from schemactl.apply.session import Session

PACKAGE = "schemactl.apply"
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0
TELL_EVERY = 15.0


def acquire(session: "Session", seconds: float) -> None:
    """Take the runner lock, trying for `seconds`.

    Raises LockError naming the holder, and ServerError for a standby, a read-only database, or a pooler that gives
    every transaction another session.
    """
    if not _try(session):
        _poll(session, seconds)
    pooler.require_own_lock(session)


def _try(session: "Session") -> bool:
    ((backend, standby, read_only, locked),) = _probe(session, session.backend)
    if standby:
        raise ServerError(
            f"{session} is a standby: it takes no changes",
            hint="Connect to the primary: `target_session_attrs=primary`.",
        )
    if read_only:
        raise ServerError(
            f"{session} is read-only for this session",
            hint="default_transaction_read_only is on for the server, the database or the role.",
        )
    if backend != session.backend:
        pooler.require_session_of_its_own(session, backend)
        session.backend = backend
        ((_, _, _, locked),) = _probe(session, backend)
    return bool(locked)


def _probe(session: "Session", backend: int) -> list[tuple[Any, ...]]:
    return session.fetch(query(PACKAGE, "queries/probe_target.sql", backend=backend))


def _poll(session: "Session", seconds: float) -> None:
    began = told = session.clock.monotonic()
    pause = FIRST_PAUSE
    session.listener(Note(f"another runner is at work: {holder(session)}; waiting up to {in_words(seconds)}"))
    while True:
        waited = session.clock.monotonic() - began
        if waited >= seconds:
            raise LockError(
                f"another runner did not finish within {in_words(seconds)}: {holder(session)}",
                hint="Run again when it is done, or wait longer with `apply.runner_wait`.",
            )
        session.clock.sleep(min(pause * session.random.uniform(0.5, 1.5), seconds - waited))
        pause = min(pause * 1.5, LONGEST_PAUSE)
        if _try(session):
            return
        if session.clock.monotonic() - told >= TELL_EVERY:
            told = session.clock.monotonic()
            session.listener(Note(f"still waiting for {holder(session)}"))


def holder(session: "Session") -> str:
    """Who holds the lock, for a person: pid, application, user, address, since when."""
    found = session.fetch(query(PACKAGE, "queries/lock_holder.sql"))
    if not found:
        return "a session that has just ended"
    pid, user, application, where, since = found[0]
    who = ", ".join(filter(None, (application, user)))
    when = f", connected since {since:%Y-%m-%d %H:%M:%S %Z}".rstrip() if since else ""
    return f"pid {pid} ({who}) from {where}{when}" if who else f"pid {pid}"
