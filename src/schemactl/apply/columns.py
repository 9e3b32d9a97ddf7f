"""What the target knows of a column that a statement only names."""

from functools import partial

from schemactl.apply.effects import PACKAGE, Fetch
from schemactl.db.query import query
from schemactl.sql.enums import IsOfType
from schemactl.sql.literals import Column
from schemactl.sql.names import Name


def types(fetch: Fetch) -> IsOfType:
    """Answers, by asking the target, whether a column is of a type; None where it has no such table, column or type."""
    return partial(_is_of_type, fetch)


def _is_of_type(fetch: Fetch, column: Column, kind: Name) -> bool | None:
    by_name = isinstance(column.column, str)
    rows = fetch(
        query(
            PACKAGE,
            "queries/column_is_of_type.sql",
            table=str(column.table),
            type=str(kind),
            column=column.column if by_name else None,
            place=None if by_name else column.column,
        )
    )
    answer: bool | None = rows[0][0] if rows else None
    return answer
