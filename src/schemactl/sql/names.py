"""Identifiers and qualified names.

The manual: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
"""

import re
from functools import cache
from typing import NamedTuple

MAX_IDENTIFIER_BYTES = 63
"""NAMEDATALEN - 1; the server cuts longer identifiers off."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


class Name(NamedTuple):
    """A possibly qualified name, as the server keeps it; `str` writes it as SQL."""

    schema: str | None
    name: str

    def __str__(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}" if self.schema else quoted(self.name)

    @property
    def key(self) -> tuple[str, str]:
        """Schema and name, with `public` where no schema is given."""
        return (self.schema or "public", self.name)


def quoted(identifier: str) -> str:
    """The identifier as SQL: bare where that reads the same, else in double quotes (as quote_ident does)."""
    if _PLAIN.fullmatch(identifier) and identifier not in _keywords():
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as a string literal, for standard_conforming_strings on or off."""
    escaped = text.replace("'", "''")
    return "E'" + escaped.replace("\\", "\\\\") + "'" if "\\" in text else f"'{escaped}'"


def truncated(identifier: str) -> str:
    """The identifier cut to what the server keeps, at a character's edge."""
    return identifier.encode("utf-8")[:MAX_IDENTIFIER_BYTES].decode("utf-8", "ignore")


@cache
def _keywords() -> frozenset[str]:
    from pglast import keywords

    return frozenset(keywords.RESERVED_KEYWORDS | keywords.TYPE_FUNC_NAME_KEYWORDS | keywords.COL_NAME_KEYWORDS)
