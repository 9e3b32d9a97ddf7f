"""What is in a table, read to be compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_COLUMNS = """
select attnum, attname::text, pg_catalog.format_type(atttypid, atttypmod) from pg_catalog.pg_attribute
where attrelid = %s and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""
_TABLE_OF = """
select t.oid from pg_catalog.pg_class as c
left join pg_catalog.pg_index as i on i.indexrelid = c.oid
join pg_catalog.pg_class as t on t.oid = coalesce(i.indrelid, c.oid)
where c.oid = %s and t.relkind in ('r', 'p')
"""
_DIGEST = """
select pg_catalog.md5(coalesce(pg_catalog.string_agg(found, ',' order by found), 'no row'))
from (select row_.*::text as found from {} as row_) as rows_
"""
_GIVEN = r"""
select a.attname::text
from pg_catalog.pg_attribute as a
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped and a.attidentity = ''
  and coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) !~ '[(]|^(CURRENT_|LOCALTIME|SESSION_USER)', true)
order by a.attnum
"""
_DIGEST_OF = """
select count(*), pg_catalog.md5(coalesce(pg_catalog.string_agg(found, ',' order by found), 'no row'))
from (select row({})::text as found from {}) as rows_
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that holds values of its own: `number` is its attnum, which a rename does not change."""

    number: int
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of a table, each value as text, in the order of `columns`."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]


def digest(connection: "Connection", table: tuple[str, str]) -> str:
    """The rows of a table, in no order, as one hash; empty when there is no such table."""
    from psycopg import sql

    name = sql.Identifier(*table)
    if oid_of(connection, table) is None:
        return ""
    row = connection.execute(sql.SQL(_DIGEST).format(name)).fetchone()
    return str(row[0]) if row else ""


def contents_digest(connection: "Connection", table: tuple[str, str]) -> tuple[int, str]:
    """The number of rows, and a hash of those values that the server did not make up by a default or an identity."""
    from psycopg import sql

    oid = oid_of(connection, table)
    if oid is None:
        return (0, "")
    names = [str(name) for (name,) in connection.execute(_GIVEN, [oid]).fetchall()]
    values = sql.SQL(", ").join([sql.SQL("null"), *map(sql.Identifier, names)])
    query = sql.SQL(_DIGEST_OF).format(values, sql.Identifier(*table))
    row = connection.execute(query).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def count_of(connection: "Connection", table: tuple[str, str]) -> int:
    """How many rows a table holds, those of its partitions included."""
    from psycopg import sql

    row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(*table))).fetchone()
    return int(row[0]) if row else 0


def oid_of(connection: "Connection", table: tuple[str, ...]) -> int | None:
    """The identifier of the table of this name, None where there is none."""
    from psycopg import sql

    name = sql.Identifier(*table).as_string(connection)
    row = connection.execute("select pg_catalog.to_regclass(%s)::oid", [name]).fetchone()
    return int(row[0]) if row and row[0] is not None else None


def table_of(connection: "Connection", relation: tuple[str, ...]) -> int | None:
    """The identifier of a table by its name or by that of one of its indexes, None where there is none."""
    oid = oid_of(connection, relation)
    row = connection.execute(_TABLE_OF, [oid]).fetchone() if oid is not None else None
    return int(row[0]) if row else None


def name_of(connection: "Connection", oid: int) -> tuple[str, str] | None:
    """Schema and name of a table, None when it is gone."""
    query = "select relnamespace::regnamespace::name::text, relname::text from pg_catalog.pg_class where oid = %s"
    row = connection.execute(query, [oid]).fetchone()
    return (str(row[0]), str(row[1])) if row else None


def read(connection: "Connection", oid: int, was: Mapping[int, str] | None = None) -> Contents | None:
    """Columns and rows of the table `oid`, None when it is gone.

    `was` are types that columns had before, by number: a value that comes back from its new type to the old one is
    shown in the old one, so that `1.5` and `1.50` are the same number before and after.
    """
    name = name_of(connection, oid)
    if name is None:
        return None
    columns = tuple(Column(*row) for row in connection.execute(_COLUMNS, [oid]).fetchall())
    old = {column.number: (was or {}).get(column.number, column.type) for column in columns}
    changed = [column for column in columns if old[column.number] != column.type]
    found = _rows(connection, name, columns, old)
    if found is None:
        convertible = {c.number: old[c.number] for c in changed if _rows(connection, name, (c,), old) is not None}
        found = _rows(connection, name, columns, convertible) or ()
    return Contents(columns, found)


def truncate(connection: "Connection", tables: Iterable[int]) -> None:
    """Empty those of the tables that are there still, whatever they are called now, and all that refers to them."""
    from psycopg import sql

    there = [sql.Identifier(*name) for oid in sorted(tables) if (name := name_of(connection, oid)) is not None]
    if there:
        connection.execute(sql.SQL("truncate {} cascade").format(sql.SQL(", ").join(there)))


def _rows(
    connection: "Connection", table: tuple[str, str], columns: tuple[Column, ...], types: Mapping[int, str]
) -> tuple[tuple[str | None, ...], ...] | None:
    """The rows, each value by way of the type that is said for its column; None where one does not convert."""
    import psycopg
    from psycopg import sql

    values = [
        sql.SQL("{}::{}::text").format(sql.Identifier(c.name), sql.SQL(types.get(c.number, c.type))) for c in columns
    ]
    query = sql.SQL("select {} from {}").format(sql.SQL(", ").join(values), sql.Identifier(*table))
    try:
        with connection.transaction():
            return tuple(connection.execute(query).fetchall())
    except psycopg.Error:
        if connection.closed:
            raise
        return None
