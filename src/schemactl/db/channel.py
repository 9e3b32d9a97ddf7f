"""A database that answers queries, whichever way they get there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from schemactl.core.errors import ServerError

if TYPE_CHECKING:
    from psycopg import Connection

Rows = list[dict[str, Any]]


class QueryRefused(ServerError):
    """The server would not answer a query: `reason` in its words, `sqlstate` its code."""

    def __init__(self, reason: str, sqlstate: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sqlstate = sqlstate


class Channel(Protocol):
    """Answers queries. Values are those that JSON has; a moment is a datetime, or a text as ISO 8601 writes it."""

    @property
    def server_version(self) -> int:
        """The server's version as libpq counts: 150004."""
        ...

    def ask(self, *queries: str, first: str = "") -> list[Rows]:
        """The rows of each query, by column name; several are answered from one snapshot.

        `first` runs before them, in the same transaction. Changes nothing. Raises QueryRefused or another ServerError.
        """
        ...


class Direct:
    """A connection of the driver as a channel."""

    def __init__(self, connection: "Connection", dsn: str) -> None:
        self._connection = connection
        self._dsn = dsn

    @property
    def server_version(self) -> int:
        """The server's version as libpq counts: 150004."""
        return self._connection.info.server_version

    def ask(self, *queries: str, first: str = "") -> list[Rows]:
        """The rows of each query."""
        from psycopg import Error

        from schemactl.db.failure import reason_of

        try:
            with self._one_snapshot(alone=len(queries) == 1 and not first):
                if first:
                    self._connection.execute(first.encode())
                return [self._rows(query) for query in queries]
        except Error as error:
            raise QueryRefused(reason_of(error, self._dsn), error.sqlstate or "") from None

    def _rows(self, query: str) -> Rows:
        from psycopg.rows import dict_row

        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode()).fetchall()

    @contextmanager
    def _one_snapshot(self, *, alone: bool) -> Iterator[None]:
        if alone:
            yield
            return
        with self._connection.transaction(force_rollback=True):
            self._connection.execute("set transaction isolation level repeatable read, read only")
            yield
