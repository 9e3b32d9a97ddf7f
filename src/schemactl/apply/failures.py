"""What a failed statement means: the error to raise, with its place in the file and what to do."""

import re
from typing import TYPE_CHECKING

from schemactl.core.errors import HistoryError, LockError, Place, SchemactlError, ServerError, StatementError
from schemactl.db.advice import ADVICE
from schemactl.db.redact import redact
from schemactl.db.sqlstates import describe
from schemactl.db.statement_failure import Failure
from schemactl.sql.parse import Statement

if TYPE_CHECKING:
    from schemactl.apply.message import Body

RETRIED = frozenset({"55P03", "40P01"})
"""Lock not available, deadlock detected: nothing is wrong with the statement, and another try may succeed."""


NOT_OF_THE_ENCODING = frozenset({"22P05", "22021"})
"""Untranslatable character, character not in repertoire: the server reads nothing of a message that holds one."""


def explain(failure: Failure) -> str:
    """The server's message with its SQLSTATE in words, and its detail; redacted."""
    parts = [f"{describe(failure.sqlstate)}: {failure.message}" if failure.sqlstate else failure.message]
    parts += [failure.detail] if failure.detail else []
    parts += [failure.context.splitlines()[0]] if failure.context else []
    return redact("\n  ".join(parts))


def statement_failed(failure: Failure, statement: Statement, place: tuple[int, int], outcome: str) -> SchemactlError:
    """The error for a statement of a file; `outcome` says what became of the rest (`rolled back`)."""
    count = f"statement {statement.index}"
    return _error(failure, f"{explain(failure)}\n  {count}: {outcome}", Place(statement.file, *place))


def file_failed(failure: Failure, file: str, outcome: str) -> SchemactlError:
    """The error for a file of which nobody can say which statement it was."""
    return _error(failure, f"{explain(failure)}\n  {outcome}", Place(file))


def unreadable(failure: Failure, file: str, body: "Body", target: str) -> SchemactlError:
    """The error for a file with a character that the database's encoding does not have; the server names its bytes."""
    found = bytes(int(byte, 16) for byte in re.findall("0x([0-9a-f]{2})", failure.message)).decode(errors="replace")
    offset = body.text.find(found) if found else -1
    if offset < 0:
        return history_refused(failure, target)
    place = body.statements[0].source.position(body.start + offset) if body.statements else (1, 1)
    return _error(failure, f"{explain(failure)}\n  nothing of the file ran", Place(file, *place))


def commit_failed(failure: Failure, file: str) -> SchemactlError:
    """The error for COMMIT, which runs what was deferred."""
    return _error(failure, f"at COMMIT, so all of it was rolled back: {explain(failure)}", Place(file))


def lock_lost(file: str) -> LockError:
    """The runner lock was gone when the history was to be written, so it was not."""
    return LockError(
        "the runner lock was lost while the migration ran, and what it did since was rolled back",
        place=Place(file),
        hint="Does it call pg_advisory_unlock_all(), or does a pooler stand in between?",
    )


def history_refused(failure: Failure, target: str) -> SchemactlError:
    """The history cannot be made or written."""
    if failure.sqlstate == "23505":
        return HistoryError("another runner recorded the migration meanwhile; here it was rolled back")
    hint = "GRANT CREATE ON DATABASE … TO the role that applies migrations, or run once as the database's owner."
    return ServerError(
        f"the history cannot be kept in {target}: {explain(failure)}",
        hint=hint if failure.sqlstate == "42501" else None,
    )


def _error(failure: Failure, message: str, place: Place) -> SchemactlError:
    advice = ADVICE.get(failure.sqlstate)
    said = [redact(failure.hint)] if failure.hint else []
    hint = " ".join([*said, advice.remedy] if advice else said) or None
    if failure.sqlstate == "25006":
        return ServerError(message, place=place, hint=hint)
    return StatementError(message, sqlstate=failure.sqlstate or None, place=place, hint=hint)
