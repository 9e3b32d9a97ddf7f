"""The server's verdict on drafts: which of a table's CHECKs they satisfy, before anything is inserted."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schemactl.rows.draft import Row
from schemactl.rows.fragments import verbatim
from schemactl.rows.model import Table
from schemactl.sql.expressions import columns

if TYPE_CHECKING:
    from psycopg import Connection, sql


def judge(
    connection: "Connection[Any]", table: Table, rows: Sequence[Row], blame: Counter[str]
) -> list[Row]:  # fmt: skip
    """The rows that make no CHECK false; `blame` counts the checks that reject the others.

    A condition that cannot be evaluated on its own, say because it calls a function that fails, rejects nothing: the
    insert will tell.
    """
    import psycopg

    if not table.checks or not rows:
        return list(rows)
    statement, values = _verdicts(table, rows)
    try:
        with connection.transaction():
            verdicts = connection.execute(statement, values).fetchall()
    except psycopg.Error:
        if len(rows) == 1:
            return list(rows)
        half = len(rows) // 2
        return judge(connection, table, rows[:half], blame) + judge(connection, table, rows[half:], blame)
    accepted = []
    for number, *passed in verdicts:
        blame.update(check.name for check, fine in zip(table.checks, passed, strict=True) if not fine)
        if all(passed):
            accepted.append(rows[number])
    return accepted


def _verdicts(table: Table, rows: Sequence[Row]) -> "tuple[sql.Composed, list[Any]]":
    from psycopg import sql

    wanted = _columns(table)
    names = [sql.Identifier(name) for name in wanted]
    record = sql.SQL("({})").format(
        sql.SQL(", ").join(
            [sql.Placeholder() + sql.SQL("::integer")]
            + [sql.Placeholder() + verbatim("::" + table.fields[name].type.text) for name in wanted]
        )
    )
    generated = [f for f in table.fields.values() if f.generated is not None and f.generated_text]
    extra = sql.SQL(", ").join(
        sql.SQL("({}) as {}").format(verbatim(f.generated_text), sql.Identifier(f.name)) for f in generated
    )
    alias = sql.Identifier(table.path[-1])
    statement = sql.SQL("select schemactl_number, {} from (select * {} from (values {}) as {} ({})) as {}").format(
        sql.SQL(", ").join(sql.SQL("({}) is not false").format(verbatim(c.text)) for c in table.checks),
        sql.SQL(", ") + extra if generated else sql.SQL(""),
        sql.SQL(", ").join([record] * len(rows)),
        alias,
        sql.SQL(", ").join([sql.Identifier("schemactl_number"), *names]),
        alias,
    )
    values = [item for number, row in enumerate(rows) for item in (number, *(row.get(name) for name in wanted))]
    return statement, values


def _columns(table: Table) -> list[str]:
    """The columns that the checks speak of, those behind generated ones included; a generated one is worked out."""
    named = {name for check in table.checks for name in columns(check.tree)}
    for item in table.fields.values():
        if item.generated is not None:
            named |= columns(item.generated)
    return [name for name, item in table.fields.items() if name in named and item.generated is None]
