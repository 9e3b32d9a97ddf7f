"""One message to the server, and the answer to each statement in it.

The simple query protocol runs a whole text of statements in one round trip; while it runs, the caller may look around.
"""

import select
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psycopg import Error, OperationalError
from psycopg.errors import Diagnostic
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus

from schemactl.core.errors import ServerError
from schemactl.db.redact import redact
from schemactl.db.statement_failure import Failure, failure_of

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.pq.abc import PGconn, PGresult

Wait = Callable[[float], float]
"""Called when nothing came for a while, with the seconds since the message went out; says when to call again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How many statements of a message ran, what each said (`INSERT 0 1`), and what stopped the next one.

    `values` holds the last column of the first row of each, empty where it has none.
    """

    tags: tuple[str, ...]
    values: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def completed(self) -> int:
        """How many statements ran to their end."""
        return len(self.tags)


class LostConnection(ServerError):
    """The connection broke while a message was under way, which may have been carried out all the same."""

    def __init__(self, reason: str, sqlstate: str = "") -> None:
        super().__init__(
            f"the connection broke: {redact(reason)}", hint="Run again: it reads first what the history says."
        )
        self.reason = reason
        self.sqlstate = sqlstate


def never(_seconds: float) -> float:
    """Look at nothing while waiting."""
    return 3600.0


def nothing() -> None:
    """Do nothing else."""


def send(
    connection: "Connection",
    text: str,
    *,
    wait: Wait = never,
    first_wait: float = 3600.0,
    meanwhile: Callable[[], None] = nothing,
) -> Reply:
    """Run `text` as one message.

    `meanwhile` is called once the message is on its way, `wait` after `first_wait` seconds without an answer. Raises
    LostConnection. On an interrupt the statement is cancelled; once the server answered, KeyboardInterrupt goes on.
    """
    pgconn = connection.pgconn
    tags: list[str] = []
    values: list[str] = []
    try:
        pgconn.send_query(text.encode())
        _flush(pgconn)
        meanwhile()
        failure = _receive(pgconn, tags, values, wait, first_wait)
    except KeyboardInterrupt:
        _cancel(pgconn)
        raise
    except Error as error:
        reason = _last_words(pgconn) or Failure("", str(error))
        raise LostConnection(_first_line(reason.message), reason.sqlstate) from None
    failure = _in_characters(failure, text, pgconn)
    if pgconn.status != ConnStatus.OK:
        reason = failure or Failure("", "the server closed the connection")
        raise LostConnection(_first_line(reason.message), reason.sqlstate)
    return Reply(tuple(tags), tuple(values), failure)


def _flush(pgconn: "PGconn") -> None:
    """Send everything; the server may answer in between, and must be read for it to go on."""
    while pgconn.flush():
        readable, _, _ = select.select([pgconn.socket], [pgconn.socket], [])
        if readable:
            pgconn.consume_input()


def _receive(pgconn: "PGconn", tags: list[str], values: list[str], wait: Wait, first_wait: float) -> Failure | None:
    failure: Failure | None = None
    began = time.monotonic()
    pause = first_wait
    while True:
        while pgconn.is_busy():
            readable, _, _ = select.select([pgconn.socket], [], [], pause)
            if readable:
                pgconn.consume_input()
            else:
                pause = wait(time.monotonic() - began)
        result = pgconn.get_result()
        if result is None:
            return failure
        if result.status in (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE):
            failure = failure or _failure(result)
        elif result.status in (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH):
            raise OperationalError("COPY wants data from, or for, a client that has none")
        else:
            tags.append((result.command_status or b"").decode())
            values.append(_value(result))


def _value(result: "PGresult") -> str:
    value = result.get_value(0, result.nfields - 1) if result.ntuples and result.nfields else None
    return (value or b"").decode(errors="replace")


def _failure(result: "PGresult") -> Failure:
    return failure_of(Diagnostic(result), result.error_message.decode(errors="replace"))


def _in_characters(failure: Failure | None, text: str, pgconn: "PGconn") -> Failure | None:
    """Where the database knows no encoding, the server counts the bytes."""
    if not failure or failure.position is None or pgconn.parameter_status(b"server_encoding") != b"SQL_ASCII":
        return failure
    return replace(failure, position=len(text.encode()[: failure.position].decode(errors="ignore")))


def _last_words(pgconn: "PGconn") -> Failure | None:
    """What the server said before it hung up, where that was read."""
    with suppress(Error):
        while (result := pgconn.get_result()) is not None:
            if result.status == ExecStatus.FATAL_ERROR and result.error_field(DiagnosticField.SQLSTATE):
                return _failure(result)
    return None


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()] or ["no reason given"]
    return lines[0].removeprefix("consuming input failed: ").removeprefix("sending query failed: ")


def _cancel(pgconn: "PGconn") -> None:
    """Ask the server to stop, and read what is left; a connection that is beyond that is left to its end."""
    try:
        pgconn.get_cancel().cancel()
        while pgconn.get_result() is not None:
            pass
    except Error:
        pgconn.finish()
