"""The runner's session on a target: one connection that works, one that looks on, and the lock that makes it alone."""

import contextlib
from collections.abc import Callable, Iterator
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any

from schemactl.apply import wire
from schemactl.apply.blockers import Blocked, Observer
from schemactl.apply.failures import RETRIED, history_refused
from schemactl.apply.store import Commands
from schemactl.apply.wire import Reply
from schemactl.core.clock import Clock, SystemClock
from schemactl.core.durations import in_words
from schemactl.core.errors import ServerError
from schemactl.core.events import Listener, Note, ignore
from schemactl.db.connect import connect
from schemactl.db.dsn import address
from schemactl.db.failure import connection_error
from schemactl.db.query import commands, query
from schemactl.db.redact import redact
from schemactl.db.session import assignments, settings

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.errors import Diagnostic

PACKAGE = "schemactl.apply"
LOOK_SHARE = 0.2
LOOK_AGAIN = 2.0
TELL_EVERY = 10.0


class Session:
    """Connections to one target, and what they are told about time, chance and listeners."""

    def __init__(
        self, dsn: str, *, listener: Listener = ignore, clock: Clock | None = None, random: Random | None = None
    ) -> None:
        self.dsn = dsn
        self.listener = listener
        self.clock = clock or SystemClock()
        self.random = random or Random()  # noqa: S311 - jitter, no secret
        self.connection = self._take(connect(dsn))
        self._observer = Observer(dsn)

    @cached_property
    def clean(self) -> tuple[str, ...]:
        """Statements that make the session as new, and set again what every session sets."""
        return (*commands(PACKAGE, "queries/clean_session.sql"), *assignments(settings(self.server_version)))

    @property
    def server_version(self) -> int:
        """The server's version as libpq counts: 150004."""
        return self.connection.info.server_version

    @property
    def major(self) -> int:
        """The server's major version: 18."""
        return self.server_version // 10000

    def __str__(self) -> str:
        return str(address(self.dsn))

    def send(
        self, text: str, lock_timeout: int = 0, meanwhile: Callable[[], None] = wire.nothing
    ) -> tuple[Reply, Blocked | None]:
        """Run `text` as one message; tell who was in the way when it was last seen waiting.

        `lock_timeout`, in milliseconds, says how soon to look; `meanwhile` is called once the message is on its way.
        Raises wire.LostConnection.
        """
        seen: list[Blocked] = []
        told = 0.0

        def look(seconds: float) -> float:
            nonlocal told
            blocked = self._observer.look(self.backend)
            if blocked:
                seen.append(blocked)
            if blocked and seconds - told >= TELL_EVERY:
                told = seconds
                self.listener(Note(f"waiting for {in_words(seconds)} for {blocked}"))
            return LOOK_AGAIN

        first = lock_timeout / 1000 * LOOK_SHARE if lock_timeout else LOOK_AGAIN
        reply = wire.send(self.connection, text, wait=look, first_wait=min(first, LOOK_AGAIN), meanwhile=meanwhile)
        if reply.failure and reply.failure.sqlstate in RETRIED and not seen:
            guessed = self._observer.guess(self.backend, text)
            return reply, guessed
        return reply, seen[-1] if seen else None

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        """The rows of one query. Raises ServerError."""
        from psycopg import Error

        try:
            return self.connection.execute(text.encode()).fetchall()
        except Error as error:
            raise connection_error(error, self.dsn) from None

    def write(self, commands: Commands) -> None:
        """Run statements of our own, all or nothing. Raises ServerError or HistoryError."""
        if not commands:
            return
        reply = wire.send(self.connection, "\n".join(("BEGIN;", *commands, "COMMIT;")))
        if reply.failure:
            self.roll_back()
            raise history_refused(reply.failure, str(self))

    def roll_back(self) -> None:
        """End a failed transaction; there is none where the server could not even read the message."""
        from psycopg.pq import TransactionStatus

        if self.connection.info.transaction_status != TransactionStatus.IDLE:
            wire.send(self.connection, "ROLLBACK;")

    def make_clean(self) -> None:
        """Make the session as new. Raises ServerError."""
        reply = wire.send(self.connection, "\n".join(self.clean))
        if reply.failure:
            raise ServerError(f"the session on {self} cannot be made as new: {redact(reply.failure.message)}")

    def flush(self) -> None:
        """Wait until what was committed is on disk, also by transactions that did not wait for it themselves."""
        wire.send(self.connection, query(PACKAGE, "queries/flush.sql"))

    def replace(self, connection: "Connection") -> None:
        """Go on with another connection, after the first broke."""
        with contextlib.suppress(Exception):
            self.connection.close()
        self.connection = self._take(connection)

    def close(self) -> None:
        """Close both connections; with the first one the runner lock is free."""
        self._observer.close()
        self.connection.close()

    def _take(self, connection: "Connection") -> "Connection":
        # Cleaning a session deallocates prepared statements, which the driver must therefore not count on.
        connection.prepare_threshold = None
        connection.add_notice_handler(self._heard)
        # As told at connection; behind a pooler this is the pooler's invention, until the server itself is asked.
        self.backend = connection.info.backend_pid
        return connection

    def _heard(self, diagnostic: "Diagnostic") -> None:
        if diagnostic.severity_nonlocalized == "WARNING":
            self.listener(Note(redact(f"the server warns: {diagnostic.message_primary}"), warning=True))


@contextlib.contextmanager
def opened(dsn: str, *, listener: Listener = ignore) -> "Iterator[Session]":
    """A session for the time of a block. Raises ServerError."""
    session = Session(dsn, listener=listener)
    try:
        yield session
    finally:
        session.close()
