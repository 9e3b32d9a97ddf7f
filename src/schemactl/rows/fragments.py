"""Pieces of SQL that come from the catalog: conditions, types. They are the server's own words, and go back to it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg import sql


def verbatim(text: str) -> "sql.SQL":
    """A piece as it is, also where it has the percent signs that the driver takes for placeholders."""
    from psycopg import sql

    return sql.SQL(text.replace("%", "%%"))
