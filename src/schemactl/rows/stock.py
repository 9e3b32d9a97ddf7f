"""The rows that are in the tables, as far as keys and references need to know them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schemactl.rows.draft import Row
from schemactl.rows.model import Path, Table

if TYPE_CHECKING:
    from psycopg import Connection

_MOST = 500
"""Rows that are read from a table; more add nothing."""


class Stock:
    """What is in each table: rows that were there before or that triggers made, and rows that were put in."""

    def __init__(self, connection: "Connection[Any]", tables: Mapping[Path, Table], fixed: Mapping[Path, Row]) -> None:
        self._connection = connection
        self._tables = tables
        self._told = {path: list(table.primary) for path, table in tables.items()}
        for table in tables.values():
            for reference in table.references:
                self._tell(reference.table, reference.referenced)
        for path, values in fixed.items():
            self._tell(path, values)
        self._rows: dict[Path, list[Row]] = {}
        self._made: dict[Path, list[Row]] = {}

    def told(self, path: Path) -> Sequence[str]:
        """The columns that are remembered of a table's rows: its primary key, and what others refer to."""
        return self._told[path]

    def rows(self, path: Path) -> list[Row]:
        """The rows of a table that can be parents; read when first asked for, and again where they were none."""
        if not self._rows.get(path):
            self._rows[path] = self._read(path) if path in self._tables else []
        return self._rows[path]

    def made(self, path: Path) -> list[Row]:
        """The rows that were put into a table, in order."""
        return self._made.setdefault(path, [])

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Remember rows that were put into a table."""
        new = list(rows)
        for path in dict.fromkeys((table.path, table.target)):
            if path in self._rows:
                self._rows[path] += new
        self.made(table.path).extend(new)

    def count(self, path: Path) -> int:
        """The number of rows that are in the table now."""
        from psycopg import sql

        if self._tables[path].foreign:
            return 0
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(*path))
        with self._connection.transaction():
            found = self._connection.execute(query).fetchone()
        return int(found[0]) if found else 0

    def values(self, path: Path, names: Sequence[str]) -> list[Row]:
        """These columns of the rows that are in a table now, up to a bound."""
        return self._select(path, names) if names else []

    def _tell(self, path: Path, names: Iterable[str]) -> None:
        for leaf, table in self._tables.items():
            if path in {leaf, table.target}:
                self._told[leaf] += [name for name in names if name not in self._told[leaf] and name in table.fields]

    def _read(self, path: Path) -> list[Row]:
        told = self._told[path]
        return self._select(path, told) if told else []

    def _select(self, path: Path, told: Sequence[str]) -> list[Row]:
        from psycopg import sql

        columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in told)
        order = sql.SQL(", ").join(sql.SQL(str(place + 1)) for place in range(len(told)))
        query = sql.SQL("select {} from {} order by {} limit {}").format(
            columns, sql.Identifier(*path), order, sql.Literal(_MOST)
        )
        with self._connection.transaction():
            return [dict(zip(told, row, strict=True)) for row in self._connection.execute(query).fetchall()]
