"""What is in a table, short enough to compare."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemactl.db.types import Connection


def digest(connection: "Connection", table: tuple[str, str]) -> str:
    """The rows of a table, in no order, as one hash; empty when there is no such table."""
    from psycopg import sql

    name = sql.Identifier(*table)
    there = connection.execute("select pg_catalog.to_regclass(%s)", [name.as_string(connection)]).fetchone()
    if there == (None,):
        return ""
    query = sql.SQL(
        "select pg_catalog.md5(coalesce(pg_catalog.string_agg(found, ',' order by found), 'no row')) "
        "from (select row_.*::text as found from {} as row_) as rows_"
    )
    row = connection.execute(query.format(name)).fetchone()
    return str(row[0]) if row else ""
