"""Checksums that tell a cosmetic edit from a semantic one.

The raw checksum changes with every byte. The token checksum, of a file or of a statement, leaves out comments, white
space and line ends: what differs there only means the same to the server.
"""

import hashlib
from collections.abc import Iterable

from schemactl.db.redact import redact
from schemactl.migrations.history import StatementMark
from schemactl.sql import parse, tokens
from schemactl.sql.parse import Script

TEXT_LIMIT = 4000
"""Characters of a statement that the history keeps for a later diff."""


def statement_marks(script: Script) -> tuple[StatementMark, ...]:
    """One mark a statement, for the history and for comparing with it."""
    return tuple(
        StatementMark(tokens.token_checksum(statement.text), _for_people(statement.text))
        for statement in script.statements
    )


def token_checksum(marks: Iterable[StatementMark]) -> str:
    """The token checksum of the file that holds these statements, in hexadecimal."""
    return hashlib.sha256("\n".join(mark.checksum for mark in marks).encode()).hexdigest()


def marks_of(text: str, file: str) -> tuple[StatementMark, ...]:
    """The marks of a file's statements; its parse tree is let go. Raises SourceError when it cannot be parsed."""
    return statement_marks(parse.parse(text, file))


def _for_people(text: str) -> str:
    # Cut twice: behind the limit there is room for a secret that begins before it.
    text = redact(text[: 3 * TEXT_LIMIT].replace("\r\n", "\n"))
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + "…"
