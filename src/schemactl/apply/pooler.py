"""Behind a pooler that pools transactions a session lock is a lie: it stays with a process that others get next."""

from typing import TYPE_CHECKING

from schemactl.core.errors import ServerError
from schemactl.db.connect import connect
from schemactl.db.query import query

if TYPE_CHECKING:
    from schemactl.apply.session import Session

PACKAGE = "schemactl.apply"
ROUNDS = 3
_BACKEND = "SELECT pg_catalog.pg_backend_pid()"


def require_session_of_its_own(session: "Session", backend: int) -> None:
    """Something stands between us and the server; find out whether it keeps a server process for us alone.

    While a second client holds a transaction open, a pooler that pools transactions must either have given it ours, or
    give us another. Raises ServerError when it does.
    """
    try:
        second = connect(session.dsn)
    except ServerError:
        # No room for a second client means that the first one keeps its session.
        return
    with second as other:
        for _ in range(ROUNDS):
            other.execute("BEGIN")
            ((taken,),) = other.execute(_BACKEND).fetchall()
            if taken == backend or session.fetch(_BACKEND)[0][0] != backend:
                raise _refused(session)
            other.execute("ROLLBACK")


def require_own_lock(session: "Session") -> None:
    """Ask in a transaction of its own whether the lock just taken is held by the process that answers."""
    ((_, ours),) = session.fetch(query(PACKAGE, "queries/lock_is_ours.sql"))
    if not ours:
        _release(session)
        raise _refused(session)


def _release(session: "Session") -> None:
    """Try to give back a lock that another server process now holds; it would keep every runner out."""
    for _ in range(ROUNDS * 4):
        if session.fetch(query(PACKAGE, "queries/release_lock.sql"))[0][0]:
            return


def _refused(session: "Session") -> ServerError:
    return ServerError(
        f"{session} is a pooler that gives every transaction another session: no lock would hold, so nothing was run",
        hint="Use the server's direct address, or the pooler's session mode; often that is port 5432 instead of 6543.",
    )
