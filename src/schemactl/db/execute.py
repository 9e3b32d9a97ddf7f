"""Run statements one by one and say how the first failure looks, as a value."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemactl.core.errors import ServerError
from schemactl.db.statement_failure import Failure, failure_of

if TYPE_CHECKING:
    import psycopg

_BEGIN_ALONE = "SAVEPOINT schemactl_attempt"
_END_ALONE = "RELEASE SAVEPOINT schemactl_attempt"
_UNDO_ALONE = "ROLLBACK TO SAVEPOINT schemactl_attempt; RELEASE SAVEPOINT schemactl_attempt"


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that a statement gave."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def attempt(connection: "psycopg.Connection", text: str) -> Failure | None:
    """Run `text`, one statement or several, as one message; return how it failed, or None.

    Raises ServerError when the connection broke, since that says nothing about the statement.
    """
    ran = answers(connection, text)
    return ran if isinstance(ran, Failure) else None


def answers(connection: "psycopg.Connection", text: str) -> "list[Answer] | Failure":
    """Run `text` as `attempt` does; return the rows that its statements gave, of those that give any."""
    import psycopg

    try:
        cursor = connection.execute(text.encode())
        return list(_answers(cursor))
    except psycopg.Error as error:
        if connection.closed or error.sqlstate is None:
            raise ServerError(f"the connection was lost: {str(error).strip()}") from error
        return failure_of(error.diag, error)


def _answers(cursor: "psycopg.Cursor") -> "Iterator[Answer]":
    more: bool | None = True
    while more:
        if cursor.description:
            yield Answer(tuple(column.name for column in cursor.description), cursor.fetchall())
        more = cursor.nextset()


@contextmanager
def rolled_back(connection: "psycopg.Connection") -> Iterator[None]:
    """Run the body in a transaction that leaves nothing behind. The connection must be in autocommit mode."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def attempt_alone(connection: "psycopg.Connection", text: str) -> Failure | None:
    """Run `text` so that a failure undoes it alone: inside an open transaction, that stays usable."""
    (failure,) = each_alone(connection, [text])
    return failure


def each_alone(connection: "psycopg.Connection", texts: Iterable[str]) -> "Iterator[Failure | None]":
    """Run one text after the other as `attempt_alone` does; the transaction is usable once all have run, not before."""
    if not in_transaction(connection):
        yield from (attempt(connection, text) for text in texts)
        return
    undo = ""
    for text in texts:
        # One message for all of it, since the round trips cost more than the statements.
        failure = attempt(connection, f"{undo}{_BEGIN_ALONE};\n{text}\n;{_END_ALONE}")
        undo = f"{_UNDO_ALONE}; " if failure else ""
        yield failure
    if undo:
        connection.execute(_UNDO_ALONE)


def in_transaction(connection: "psycopg.Connection") -> bool:
    """Whether a transaction is open, failed or not."""
    from psycopg.pq import TransactionStatus

    return connection.info.transaction_status is not TransactionStatus.IDLE
