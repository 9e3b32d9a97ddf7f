"""Rows of tables before and after: what is gone, and what has another value."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.db.contents import Column, Contents, oid_of, read
from schemactl.verify.population import Table

if TYPE_CHECKING:
    from schemactl.db.types import Connection


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows of a table that are gone (`column` is None), or values of a column that are other ones."""

    table: Table
    column: str | None
    words: str


def contents(connection: "Connection", tables: Sequence[Table]) -> Mapping[Table, Contents]:
    """What is in the tables now."""
    found = {table: read(connection, table.oid) for table in tables}
    return {table: rows for table, rows in found.items() if rows is not None}


def losses(connection: "Connection", before: Mapping[Table, Contents]) -> Iterator[Loss]:
    """What of `before` is no longer there: a table that was renamed is followed, one that is gone is left out."""
    for table, old in before.items():
        types = {column.number: column.type for column in old.columns}
        new = read(connection, table.oid, types)
        by_name = new is None
        if new is None:
            successor = oid_of(connection, table.path)
            new = read(connection, successor) if successor else None
        if new is not None:
            yield from _compared(table, old, new, by_name=by_name)


def _compared(table: Table, old: Contents, new: Contents, *, by_name: bool) -> Iterator[Loss]:
    if len(new.rows) < len(old.rows):
        yield Loss(table, None, f"{len(old.rows) - len(new.rows)} of {len(old.rows)} rows of {table} are gone")
        return
    for place, column in enumerate(old.columns):
        other = _place(column, new.columns, by_name=by_name)
        if other is None:
            continue
        gone = Counter(row[place] for row in old.rows)
        gone.subtract(row[other] for row in new.rows)
        lost = sorted((repr(value) if value is not None else "null") for value, count in gone.items() if count > 0)
        if lost:
            came = sorted((repr(value) if value is not None else "null") for value, count in gone.items() if count < 0)
            example = f"{lost[0]} became {came[0]}" if len(lost) == len(came) == 1 else f"{lost[0]} for example is gone"
            yield Loss(table, column.name, f"values of {table}.{column.name} are other ones ({example})")


def _place(column: Column, columns: Sequence[Column], *, by_name: bool) -> int | None:
    for place, other in enumerate(columns):
        if (other.name == column.name) if by_name else (other.number == column.number):
            return place
    return None
