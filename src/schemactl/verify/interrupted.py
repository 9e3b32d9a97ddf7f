"""A concurrent index build that was interrupted, and the file run again behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.core.resources import read_text
from schemactl.db.connect import connect
from schemactl.db.contents import table_of
from schemactl.db.execute import attempt
from schemactl.sql.locks import locks
from schemactl.sql.parse import Statement
from schemactl.verify.chain import Step
from schemactl.verify.lane import Lane

if TYPE_CHECKING:
    from schemactl.servers import Database

_INVALID = """
select indexrelid::regclass::text from pg_catalog.pg_index where indrelid = any (%s) and not indisvalid order by 1
"""


@dataclass(frozen=True, slots=True)
class Leftover:
    """An index that an interrupted build left invalid, and that is invalid still after the file ran again."""

    statement: Statement
    index: str


def leftovers(there: Lane, step: Step) -> Iterator[Leftover]:
    """Interrupt each concurrent build that would be content with an index of that name, and run the file again."""
    for place, statement in enumerate(step.statements):
        if statement.kind == "IndexStmt" and statement.node.get("concurrent") and statement.node.get("if_not_exists"):
            with there.fork() as fork:
                yield from _leftover(fork, step, place)


def _leftover(fork: Lane, step: Step, place: int) -> Iterator[Leftover]:
    statement = step.statements[place]
    for earlier in step.statements[:place]:
        attempt(fork.connection, earlier.text)
    tables = held_tables(fork, statement)
    with writer_on(fork.database, tables):  # a build waits for writers, and here it waits in vain
        fork.connection.execute("set lock_timeout = '50ms'")
        failure = attempt(fork.connection, statement.text)
    if failure is None:
        return
    fork.connection.execute("DISCARD ALL")
    for one in step.statements:
        if attempt(fork.connection, one.text):
            return  # whoever runs it sees that something is wrong
    for (index,) in fork.superuser.execute(_INVALID, [list(tables)]).fetchall():
        yield Leftover(statement, str(index))


def held_tables(there: Lane, statement: Statement) -> frozenset[int]:
    """The tables that the statement locks, as its text says."""
    major = there.connection.info.server_version // 10000
    oids = (table_of(there.superuser, lock.relation.key) for lock in locks(statement, major))
    return frozenset(oid for oid in oids if oid is not None)


@contextmanager
def writer_on(database: "Database", tables: frozenset[int]) -> Iterator[None]:
    """Somebody who has written to the tables and does not commit."""
    writer = connect(database.superuser_dsn)
    try:
        writer.execute("BEGIN")
        for oid in tables:
            writer.execute("select pg_catalog.set_config('schemactl.table', %s, false)", [str(oid)])
            writer.execute(read_text("schemactl.verify", "queries/write_lock.sql").encode())
        yield
        writer.execute("ROLLBACK")
    finally:
        writer.close()
