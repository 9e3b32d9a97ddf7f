"""What the Management API says went wrong, as values.

A statement's error comes as text in the form of psql's verbose messages (postgres-meta, `formattedError`):

    Failed to run sql query: ERROR:  42703: column "email" does not exist
    LINE 2: select email from users
                   ^
    HINT:  …
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from schemactl.db.statement_failure import Failure

_PREFIX = "Failed to run sql query: "
_HEAD = re.compile(r"(?:ERROR|FATAL|PANIC):\s+(?:(?P<sqlstate>[0-9A-Z]{5}):\s+)?(?P<message>.*)", re.DOTALL)
_FIELD = re.compile(r"^(?:LINE (\d+): ?|(DETAIL|HINT|QUERY|CONTEXT|WHERE|LOCATION): {0,2})", re.MULTILINE)
_MOST = 4000


@dataclass(frozen=True, slots=True)
class SqlError:
    """A statement's error. `line` counts from 1 in the text that was sent; `column` too, of the line `shown`."""

    failure: Failure
    line: int | None = None
    column: int | None = None
    shown: str = ""

    @property
    def connection_lost(self) -> bool:
        """Whether the server's session ended, so that nobody knows what became of the statements."""
        return self.failure.sqlstate.startswith("08") or self.failure.sqlstate in {"57P01", "57P02", "57P03"}


class QueryFailed(Exception):
    """The server refused what was sent; its transaction is rolled back."""

    def __init__(self, error: SqlError) -> None:
        super().__init__(error.failure.message)
        self.error = error
        self.failure = error.failure


def message_of(body: bytes) -> str:
    """What the body of an answer says to people; empty when it says nothing."""
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        text = body[:_MOST].decode(errors="replace")
        return " ".join(re.sub(r"<[^>]{0,1000}>", " ", text).split())[:200]
    for key in ("message", "error", "msg", "error_description"):
        found = document.get(key) if isinstance(document, dict) else None
        if isinstance(found, dict):
            found = found.get("message")
        if isinstance(found, str):
            return found
    return ""


def sql_error(message: str) -> SqlError | None:
    """The statement's error that `message` tells of, or None when it tells of something else."""
    found = _HEAD.match(message.removeprefix(_PREFIX).lstrip())
    if not found:
        return None
    fields = _fields(found["message"])
    line, shown, column = None, "", None
    if "LINE" in fields:
        number, _, text = fields["LINE"].partition(" ")
        line = int(number)
        shown, _, below = text.partition("\n")
        before = below.find("^") - len(f"LINE {line}: ")
        column = before + 1 if before >= 0 else None
    return SqlError(
        Failure(
            sqlstate=found["sqlstate"] or "",
            message=fields[""].strip(),
            detail=fields.get("DETAIL", "").strip() or None,
            hint=fields.get("HINT", "").strip() or None,
            context=fields.get("CONTEXT", fields.get("WHERE", "")).strip() or None,
        ),
        line=line,
        column=column,
        shown=shown,
    )


def refused(message: str) -> SqlError | None:
    """The statement's error of an answer that says that it is one, with a code or, as older answers, without."""
    if not message.startswith(_PREFIX):
        return sql_error(message)
    return sql_error(message) or SqlError(Failure("", message.removeprefix(_PREFIX).strip()))


def _fields(text: str) -> dict[str, str]:
    """The message under the empty name, then each field by its own; of LINE the number comes first."""
    marks = list(_FIELD.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = {"": text[: marks[0].start()] if marks else text}
    for mark, end in zip(marks, ends, strict=True) if marks else ():
        value = text[mark.end() : end]
        found |= {"LINE": f"{mark[1]} {value}"} if mark[1] else {mark[2]: value}
    return found
