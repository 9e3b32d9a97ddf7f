"""The rows of a database as INSERTs, and where its sequences stand."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemactl.core.errors import ServerError
from schemactl.core.resources import read_text
from schemactl.sql.names import literal

if TYPE_CHECKING:
    from schemactl.db.types import Connection

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns that take values, as SQL, and its rows as literals.

    `switches` are the triggers and rules that an INSERT would set off: `TRIGGER t`, and how it is enabled.
    `deferrable` says whether a key of it can be deferred: then no row can be passed over.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    switches: Mapping[str, str]
    deferrable: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """Tables by name as SQL; sequences with the statement that sets each.

    `order` has the names in groups, those that are referred to first: tables that refer to each other are in one.
    """

    tables: Mapping[str, Table]
    sequences: Mapping[str, str]
    order: tuple[tuple[str, ...], ...]


def read(dsn: str) -> Contents:
    """Every row outside of PostgreSQL's own schemas and the history. Raises ServerError."""
    from schemactl.db.connect import connect

    with closing(connect(dsn)) as connection:
        tables = {}
        for name, columns, switches, deferrable in _ask(
            connection, read_text("schemactl.evolve", "queries/tables.sql")
        ):
            tables[name] = Table(tuple(columns), _rows(connection, name, columns), dict(switches), deferrable)
        references = _ask(connection, read_text("schemactl.evolve", "queries/references.sql"))
        sequences = {}
        for (name,) in _ask(connection, read_text("schemactl.evolve", "queries/sequences.sql")):
            ((value, called),) = _ask(connection, f"select last_value, is_called from {name}")
            sequences[name] = f"SELECT setval({literal(name)}, {value}, {str(called).lower()})"
        return Contents(tables, sequences, tuple(_ordered(list(tables), references)))


def added(before: Contents, after: Contents) -> list[str]:
    """The statements that bring what `after` has beside `before`."""
    statements: list[str] = []
    for group in after.order:
        new = {name: _new_rows(name, before, after) for name in group}
        statements += _insert({name: (after.tables[name], rows) for name, rows in new.items() if rows})
    statements += [text for name, text in after.sequences.items() if before.sequences.get(name) != text]
    return statements


def _new_rows(name: str, before: Contents, after: Contents) -> list[Row]:
    known = set(before.tables[name].rows) if name in before.tables else set()
    return [row for row in after.tables[name].rows if row not in known]


def _insert(filled: Mapping[str, tuple[Table, list[Row]]]) -> Iterator[str]:
    """One INSERT; of tables that refer to each other one statement too: keys are looked at behind all of it.

    PostgreSQL manual, "Data-Modifying Statements in WITH" and "Overview of Trigger Behavior": the triggers that check a
    foreign key fire at the end of the whole statement.
    """
    switches = [(name, switch, how) for name, (table, _) in filled.items() for switch, how in table.switches.items()]
    yield from (f"ALTER TABLE {name} DISABLE {switch}" for name, switch, _ in switches)
    *others, last = [_values(name, table, rows) for name, (table, rows) in filled.items()] or [""]
    parts = [f"rows_{number} AS (\n{text}\n)" for number, text in enumerate(others, start=1)]
    if last:
        yield f"WITH {', '.join(parts)}\n{last}" if parts else last
    yield from (f"ALTER TABLE {name} {how} {switch}" for name, switch, how in switches)


def _values(name: str, table: Table, rows: list[Row]) -> str:
    values = ",\n".join(f"  ({', '.join(row)})" for row in rows)
    listed = ", ".join(table.columns)
    return f"INSERT INTO {name} ({listed}) OVERRIDING SYSTEM VALUE VALUES\n{values}" + (
        "" if table.deferrable else "\nON CONFLICT DO NOTHING"
    )


def _rows(connection: "Connection", name: str, columns: list[str]) -> tuple[Row, ...]:
    if not columns:
        return ()
    values = ", ".join(f"quote_nullable({column}::text)" for column in columns)
    return tuple(tuple(values) for (values,) in _ask(connection, f"select array[{values}] from only {name} order by 1"))


def _ordered(names: list[str], references: list[tuple[Any, ...]]) -> Iterator[tuple[str, ...]]:
    """Referenced tables first; those that refer to each other, by whatever way, together."""
    needs: dict[str, set[str]] = {name: set() for name in names}
    for name, other in references:
        if name in needs and other in needs and name != other:
            needs[name].add(other)
    while needs:
        gone = {name for name, others in needs.items() if not others}
        yield from ((name,) for name in sorted(gone))
        if not gone:
            gone = min((_reached(name, needs) for name in sorted(needs)), key=len)
            yield tuple(sorted(gone))
        needs = {name: others - gone for name, others in needs.items() if name not in gone}


def _reached(name: str, needs: Mapping[str, set[str]]) -> set[str]:
    found, waiting = {name}, [name]
    while waiting:
        new = needs[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _ask(connection: "Connection", query: str) -> list[tuple[Any, ...]]:
    from schemactl.db.execute import answers
    from schemactl.db.statement_failure import Failure

    found = answers(connection, query)
    if isinstance(found, Failure):
        raise ServerError(f"the rows could not be read: {found.sentence}")
    return [row for answer in found for row in answer.rows]
