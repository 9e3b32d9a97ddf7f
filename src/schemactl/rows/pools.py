"""Values of types that extensions bring: a few texts are tried on the server, and those that it takes are used."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from schemactl.rows.draft import unknown_types
from schemactl.rows.fragments import verbatim
from schemactl.rows.model import Table

if TYPE_CHECKING:
    from psycopg import Connection

_TEXTS = (
    "1", "2", "3", "a", "b", "text", "{}", "[1,2,3]", "(1,1)", "(0,0),(1,1)", "a.b", '"a"=>"1"', "POINT(1 1)",
    "POLYGON((0 0,0 1,1 1,0 0))", "LINESTRING(0 0,1 1)", "MULTIPOLYGON(((0 0,0 1,1 1,0 0)))", "2024-01-01", "1.0.0",
    "true", "00000000-0000-4000-8000-000000000001", "978-0-306-40615-7", "person@example.org", "https://example.org/",
    "",
)  # fmt: skip


def probe(connection: "Connection[Any]", tables: Iterable[Table]) -> dict[str, tuple[str, ...]]:
    """For each such type, by its text, the texts that are values of it; a type without any is left out."""
    found = {}
    for type_ in sorted(unknown_types(tables), key=lambda item: item.text):
        taken = tuple(text for text in _TEXTS if _takes(connection, type_.text, text))
        if taken:
            found[type_.text] = taken
    return found


def _takes(connection: "Connection[Any]", type_: str, text: str) -> bool:
    import psycopg
    from psycopg import sql

    try:
        with connection.transaction():
            connection.execute(sql.SQL("select {}::").format(sql.Literal(text)) + verbatim(type_))
    except psycopg.Error:
        return False
    return True
