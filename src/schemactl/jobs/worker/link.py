"""A connection to the queue that comes back after the server did."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from schemactl.core.errors import InterruptedRun, ServerError
from schemactl.db.connect import connect
from schemactl.jobs.spec import Spec
from schemactl.jobs.store import Store
from schemactl.jobs.worker.logs import tell
from schemactl.jobs.worker.timing import Timing

if TYPE_CHECKING:
    from schemactl.db.types import Connection

T = TypeVar("T")
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0


class Link:
    """Runs calls on a store in the runner's role; for one thread at a time.

    When the connection breaks, or the server cannot answer now, the call is made again on a new connection. That is
    safe: a claim whose answer was lost runs out with its lease, and every other call recognises its own repetition.
    `given_up` ends the waiting for a server.
    """

    def __init__(self, dsn: str, spec: Spec, given_up: threading.Event, timing: Timing) -> None:
        self._timing = timing
        self._dsn = dsn
        self._spec = spec
        self._given_up = given_up
        self._store: Store | None = None

    def call(self, work: Callable[[Store], T]) -> T:
        """Do `work`, again after a broken connection. Raises InterruptedRun when told to give up meanwhile."""
        import psycopg

        pause = FIRST_PAUSE
        while True:
            try:
                return work(self.store())
            except (psycopg.OperationalError, psycopg.InterfaceError, ServerError) as error:
                reason = str(error).splitlines()[0]
            tell("reconnecting", jobs=self._spec.name, reason=reason)
            self.close()
            if self._timing.pause(self._given_up, pause):
                raise InterruptedRun(f"stopped while the server was away: {reason}")
            pause = min(pause * 2, LONGEST_PAUSE)

    def store(self) -> Store:
        """The store on a live connection. Raises ServerError."""
        if self._store is None or self._store.connection.closed:
            self._store = Store(self.connection(), self._spec)
        return self._store

    def connection(self) -> "Connection":
        """A new connection in the runner's role. Raises ServerError."""
        from psycopg import sql

        opened = connect(self._dsn)
        if self._spec.config.role:
            opened.execute(sql.SQL("set role {}").format(sql.Identifier(self._spec.config.role)))
        return opened

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._store is not None:
            self._store.connection.close()
            self._store = None
