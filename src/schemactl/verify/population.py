"""Rows in the tables of a lane: those that a migration is about to touch hold some before it runs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl import rows
from schemactl.catalog.snapshot import take
from schemactl.core.resources import read_text
from schemactl.db.contents import count_of, read, table_of, truncate
from schemactl.db.execute import attempt
from schemactl.sql.locks import locks
from schemactl.sql.names import literal, quoted
from schemactl.verify.chain import Step
from schemactl.verify.lane import Failed, Lane, first_failure

if TYPE_CHECKING:
    from schemactl.db.types import Connection

FEW = 12
"""Rows in each table, enough for every label of most enums and every branch of most checks."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was there before a migration that touches it."""

    oid: int
    schema: str
    name: str

    @property
    def path(self) -> tuple[str, str]:
        """Schema and name."""
        return (self.schema, self.name)

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


class Population:
    """The rows of one lane.

    Of the tables that the step which was prepared touches, `standing` hold some; `missing` says why others took none.
    """

    def __init__(self, there: Lane, alone: frozenset[str] = frozenset()) -> None:
        self.there = there
        self._alone = alone
        self._resisting: dict[Table, str] = {}
        self._filled: set[int] = set()
        self._borne: str | None = None
        self._inserts: tuple[str, ...] | None = None
        self.standing: tuple[Table, ...] = ()
        self.missing: Mapping[Table, str] = {}

    def prepare(self, step: Step) -> tuple[Table, ...]:
        """Put rows into the tables that are there and that the step touches; return those that hold rows now."""
        self.standing, self.missing, self._inserts = (), {}, None
        if step.file in self._alone:
            return ()
        touched = self.touched(step)
        if touched:
            self.fill([table for table in touched if table.oid not in self._filled], FEW)
        self.missing = {table: why for table in touched if (why := self._resisting.get(table))}
        self.standing = tuple(table for table in touched if table not in self.missing)
        return self.standing

    def touched(self, step: Step) -> tuple[Table, ...]:
        """The tables that were there before the step and that it locks, in whatever mode.

        Found by trying, functions and DO blocks included; of statements that no transaction takes, as the text says.
        """
        if step.transactional:
            oids = self._locked(step)
            if oids is None and self._filled:
                self.empty()
                oids = self._locked(step)
            if oids is not None:
                return self._tables(oids)
        return self._tables(_named(self.there, step))

    def fill(self, tables: Iterable[Table], count: int) -> None:
        """Put up to `count` rows into each of `tables`, and into what they refer to; two rows of each are alike."""
        wanted = list(tables)
        if not wanted:
            return
        connection = self.there.superuser
        snapshot = take(connection)
        known = snapshot.of_kind("table")  # an extension's own tables are not among them
        wanted = [table for table in wanted if table.path in known]
        filled = rows.fill(connection, snapshot, per_table=count, tables=[table.path for table in wanted])
        empty = filled.empty
        full = (path for path in filled.tables if path not in empty)
        self._filled |= {oid for path in full if (oid := table_of(connection, path)) is not None}
        tried = {table: str(empty.get(table.path) or "") for table in wanted}
        self._resisting = {table: why for table, why in (self._resisting | tried).items() if why}
        for table in wanted:
            _set(connection, "schemactl.table", str(table.oid))
            connection.execute(read_text("schemactl.verify", "queries/twins.sql").encode())

    def counts(self, tables: Iterable[Table]) -> dict[Table, int]:
        """How many rows each of `tables` holds."""
        return {table: count_of(self.there.superuser, table.path) for table in tables}

    def is_partitioned(self, table: Table) -> bool:
        """Whether all its rows are in partitions, each a table of its own."""
        query = "select relkind = 'p' from pg_catalog.pg_class where oid = %s"
        return self.there.connection.execute(query, [table.oid]).fetchone() == (True,)

    def empty(self) -> None:
        """Take all rows away that were put in, since they stand in a migration's way."""
        if self._filled:
            truncate(self.there.superuser, self._filled)
        self._filled.clear()
        self._resisting.clear()
        self.standing, self._inserts = (), None

    def bears(self, step: Step) -> bool:
        """Fill for the step, and say whether it runs on these rows; where it does not, they are taken away again."""
        if not self.prepare(step):
            return True
        if self.failure(step) is None:
            self._borne = step.file
            return True
        self.empty()
        return False

    def advance(self, step: Step) -> None:
        """Apply the step, without the rows where they are in its way. Raises Diverged."""
        if self._filled and not step.transactional and step.file != self._borne and self.failure(step):
            self.empty()  # what has run before the failure would stay
        if self._filled and self.there.attempt(step) is None:
            return
        self.empty()
        self.there.advance(step)

    def failure(self, step: Step) -> Failed | None:
        """How the step fails on the rows that are there; nothing of it remains."""
        with self.there.experiment(step) as connection:
            return first_failure(connection, step)

    def inserts(self) -> tuple[str, ...]:
        """SQL that makes the rows which the step meets that was prepared."""
        if self._inserts is None:
            self._inserts = tuple(line for table in self.standing for line in _inserts(self.there.superuser, table))
        return self._inserts

    def _locked(self, step: Step) -> list[int] | None:
        with self.there.inside() as connection:
            if attempt(connection, step.text):
                return None
            query = read_text("schemactl.verify", "queries/locked.sql").encode()
            return [int(oid) for (oid,) in connection.execute(query).fetchall()]

    def _tables(self, oids: Iterable[int]) -> tuple[Table, ...]:
        wanted = sorted(oids)
        if not wanted:
            return ()
        connection = self.there.connection
        _set(connection, "schemactl.oids", json.dumps(wanted))
        found = connection.execute(read_text("schemactl.verify", "queries/tables.sql").encode()).fetchall()
        return tuple(Table(*row) for row in found)


def unfilled(table: Table, why: str) -> str:
    """Why a check says nothing about a table."""
    return f"{table} could not be filled with rows ({why})"


def _named(there: Lane, step: Step) -> Iterator[int]:
    """What the statements name, as far as it is there."""
    major = there.connection.info.server_version // 10000
    for statement in step.statements:
        for lock in locks(statement, major):
            oid = table_of(there.connection, lock.relation.key)
            if oid is not None:
                yield oid


def _inserts(connection: "Connection", table: Table) -> Iterator[str]:
    contents = read(connection, table.oid)
    if contents and contents.rows and contents.columns:
        columns = ", ".join(quoted(column.name) for column in contents.columns)
        yield f"insert into {quoted(table.schema)}.{quoted(table.name)} ({columns}) overriding system value values"
        values = [", ".join("null" if value is None else literal(value) for value in row) for row in contents.rows]
        yield ",\n".join(f"  ({row})" for row in values) + ";"


def _set(connection: "Connection", name: str, value: str) -> None:
    connection.execute("select pg_catalog.set_config(%s, %s, false)", [name, value])
