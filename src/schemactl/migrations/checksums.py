"""Checksums that tell a cosmetic edit from a semantic one.

The raw checksum changes with every byte. The token checksum, of a file or of a statement, leaves out comments, white
space and line ends: what differs there only means the same to the server.
"""

from schemactl.db.redact import redact
from schemactl.migrations.history import StatementMark
from schemactl.sql import parse, tokens
from schemactl.sql.parse import Script

TEXT_LIMIT = 4000
"""Characters of a statement that the history keeps for a later diff."""


def token_checksum(text: str) -> str:
    """SHA-256 of the text's tokens, in hexadecimal."""
    return tokens.token_checksum(text)


def statement_marks(script: Script) -> tuple[StatementMark, ...]:
    """One mark a statement, for the history and for comparing with it."""
    return tuple(
        StatementMark(tokens.token_checksum(statement.text), _for_people(statement.text))
        for statement in script.statements
    )


def marks_of(text: str, file: str) -> tuple[StatementMark, ...]:
    """The marks of a file's statements; its parse tree is let go. Raises SourceError when it cannot be parsed."""
    return statement_marks(parse.parse(text, file))


def _for_people(text: str) -> str:
    text = redact(text.replace("\r\n", "\n"))
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + "…"
