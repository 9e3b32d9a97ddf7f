"""Inserting drafts: each statement in a savepoint, triggers on, the server's error fields kept."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schemactl.rows.draft import Row
from schemactl.rows.model import Path, Table
from schemactl.rows.results import Resistance

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

_HOPELESS = frozenset({"42", "0A", "53", "54", "57", "58", "XX"})
"""Classes of SQLSTATE that other values do not mend: a trigger that names what is not there, a missing privilege."""

_PARAMETERS = 60_000
"""Fewer than the 65,535 that a message can carry."""


def insert(
    connection: "psycopg.Connection[Any]", table: Table, rows: Sequence[Row], told: Sequence[str], claims: str = ""
) -> list[Row] | Resistance:
    """Insert all rows in one statement, or none; return the `told` columns of each as they are in the table now.

    `claims` are those of a signed-in user, for triggers that ask who it is. Fewer rows come back where a trigger
    suppressed some. Raises psycopg.Error when the connection broke.
    """
    import psycopg

    try:
        with connection.transaction():
            if claims:
                connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            found = _insert(connection, table, rows, told)
            if claims:
                connection.execute("select set_config('request.jwt.claims', '', true)")
            return found
    except psycopg.Error as error:
        if connection.closed or error.sqlstate is None:
            raise
        return resistance(error)


def insert_together(
    connection: "psycopg.Connection[Any]", rows: Sequence[tuple[Table, Row]], told: Mapping[Path, Sequence[str]]
) -> dict[Path, Row] | Resistance:
    """Insert one row into each of several tables by one statement.

    References between them are checked when it ends, so that rows may need each other (PostgreSQL manual, 7.8.4).
    """
    import psycopg
    from psycopg import sql

    parts, values = [], []
    names = [sql.Identifier(f"schemactl_{number}") for number in range(len(rows))]
    for name, (table, row) in zip(names, rows, strict=True):
        statement, of_row = _statement(table, [row], told[table.path])
        parts.append(sql.SQL("{} as ({})").format(name, statement))
        values += of_row
    selects = [sql.SQL("(select to_jsonb({0}) from {0})").format(name) for name in names]
    whole = sql.SQL("with {} select {}").format(sql.SQL(", ").join(parts), sql.SQL(", ").join(selects))
    try:
        with connection.transaction():
            found = connection.execute(whole, values).fetchone() or ()
    except psycopg.Error as error:
        if connection.closed or error.sqlstate is None:
            raise
        return resistance(error)
    return {table.path: dict(row or {}) for (table, _), row in zip(rows, found, strict=True)}


def resistance(error: "psycopg.Error") -> Resistance:
    """What the server said, with the name of the constraint, column or type that it blames."""
    said = error.diag
    column = f"{said.table_name}.{said.column_name} (not null)" if said.column_name else None
    message = said.message_primary or str(error).strip()
    where = f" ({said.message_detail})" if said.message_detail else ""
    context = (said.context or "").partition("\n")[0]
    return Resistance(
        said.constraint_name or column or said.datatype_name,
        message + where + (f" [{context}]" if context.startswith("PL/pgSQL function") else ""),
        error.sqlstate or "",
        (error.sqlstate or "")[:2] in _HOPELESS,
    )


def chunks(rows: Sequence[Row], table: Table) -> list[Sequence[Row]]:
    """The rows in parts that fit into one message each."""
    size = max(1, _PARAMETERS // max(1, len(table.fields)))
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _insert(connection: "psycopg.Connection[Any]", table: Table, rows: Sequence[Row], told: Sequence[str]) -> list[Row]:
    if not any(rows):
        return [row for _ in rows for row in _run(connection, _default_row(table, told), [], told)]
    statement, values = _statement(table, rows, told)
    return _run(connection, statement, values, told)


def _run(
    connection: "psycopg.Connection[Any]", statement: "sql.Composed", values: list[Any], told: Sequence[str]
) -> list[Row]:
    found = connection.execute(statement, values).fetchall()
    return [dict(zip(told, row[1:], strict=True)) for row in found]


def _statement(table: Table, rows: Sequence[Row], told: Sequence[str]) -> "tuple[sql.Composed, list[Any]]":
    from psycopg import sql

    names = [name for name in table.fields if any(name in row for row in rows)]
    if not names:
        return _default_row(table, told), []
    records, values = [], []
    for row in rows:
        records.append(
            sql.SQL("({})").format(
                sql.SQL(", ").join(sql.Placeholder() if name in row else sql.SQL("default") for name in names)
            )
        )
        values += [row[name] for name in names if name in row]
    statement = sql.SQL("insert into {} ({}) overriding system value values {} {}").format(
        sql.Identifier(*table.target),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(records),
        _returning(told),
    )
    return statement, values


def _default_row(table: Table, told: Sequence[str]) -> "sql.Composed":
    from psycopg import sql

    return sql.SQL("insert into {} default values {}").format(sql.Identifier(*table.target), _returning(told))


def _returning(told: Sequence[str]) -> "sql.Composed":
    from psycopg import sql

    columns = (sql.SQL("{0}::text as {0}").format(sql.Identifier(name)) for name in told)
    return sql.SQL("returning ") + sql.SQL(", ").join([sql.SQL("true as schemactl_row"), *columns])
