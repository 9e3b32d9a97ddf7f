"""The rows of a database as INSERTs, and where its sequences stand."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemactl.core.errors import ServerError
from schemactl.core.resources import read_text
from schemactl.sql.names import literal, quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns that take values, as SQL, its rows as literals, and the triggers that an INSERT would fire."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    triggers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contents:
    """Tables by name as SQL, in an order in which foreign keys hold; sequences with the statement that sets each."""

    tables: Mapping[str, Table]
    sequences: Mapping[str, str]


def read(dsn: str) -> Contents:
    """Every row outside of PostgreSQL's own schemas and the history. Raises ServerError."""
    from schemactl.db.connect import connect

    with closing(connect(dsn)) as connection:
        tables = {}
        for name, columns, triggers in _ask(connection, read_text("schemactl.evolve", "queries/tables.sql")):
            tables[name] = Table(tuple(columns), _rows(connection, name, columns), dict(triggers))
        references = _ask(connection, read_text("schemactl.evolve", "queries/references.sql"))
        sequences = {}
        for (name,) in _ask(connection, read_text("schemactl.evolve", "queries/sequences.sql")):
            ((value, called),) = _ask(connection, f"select last_value, is_called from {name}")
            sequences[name] = f"SELECT setval({literal(name)}, {value}, {str(called).lower()})"
        return Contents({name: tables[name] for name in _ordered(list(tables), references)}, sequences)


def added(before: Contents, after: Contents) -> list[str]:
    """The statements that bring what `after` has beside `before`."""
    statements: list[str] = []
    for name, table in after.tables.items():
        known = set(before.tables[name].rows) if name in before.tables else set()
        rows = [row for row in table.rows if row not in known]
        if rows:
            statements += _insert(name, table, rows)
    statements += [text for name, text in after.sequences.items() if before.sequences.get(name) != text]
    return statements


def _insert(name: str, table: Table, rows: list[Row]) -> list[str]:
    values = ",\n".join(f"  ({', '.join(row)})" for row in rows)
    listed = ", ".join(table.columns)
    insert = f"INSERT INTO {name} ({listed}) OVERRIDING SYSTEM VALUE VALUES\n{values}\nON CONFLICT DO NOTHING"
    off = [f"ALTER TABLE {name} DISABLE TRIGGER {quoted(trigger)}" for trigger in table.triggers]
    on = [f"ALTER TABLE {name} {how} TRIGGER {quoted(trigger)}" for trigger, how in table.triggers.items()]
    return [*off, insert, *on]


def _rows(connection: "Connection", name: str, columns: list[str]) -> tuple[Row, ...]:
    if not columns:
        return ()
    values = ", ".join(f"quote_nullable({column}::text)" for column in columns)
    return tuple(tuple(values) for (values,) in _ask(connection, f"select array[{values}] from only {name} order by 1"))


def _ordered(names: list[str], references: list[tuple[Any, ...]]) -> list[str]:
    """Referenced tables first; a circle is cut where it is met."""
    needs: dict[str, set[str]] = {name: set() for name in names}
    for name, other in references:
        if name in needs and other in needs and name != other:
            needs[name].add(other)
    found: list[str] = []
    while needs:
        ready = sorted(name for name, others in needs.items() if not others) or [min(needs)]
        found += ready
        needs = {name: others.difference(ready) for name, others in needs.items() if name not in ready}
    return found


def _ask(connection: "Connection", query: str) -> list[tuple[Any, ...]]:
    from schemactl.db.execute import answers
    from schemactl.db.statement_failure import Failure

    found = answers(connection, query)
    if isinstance(found, Failure):
        raise ServerError(f"the rows could not be read: {found.sentence}")
    return [row for answer in found for row in answer.rows]
