"""Rows that a file leaves when it runs once, and when it runs twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.catalog.trace import written
from schemactl.db.contents import contents_digest
from schemactl.db.execute import attempt, in_transaction
from schemactl.sql.parse import Statement
from schemactl.verify.chain import Step
from schemactl.verify.lane import Lane
from schemactl.verify.rerun import end_session

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_Rows = Mapping[tuple[str, str], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Doubled:
    """A table with other rows after the second run, and the statement that made the difference; counts of rows."""

    statement: Statement
    schema: str
    table: str
    once: int
    twice: int


def doubled_rows(there: Lane, step: Step) -> Iterator[Doubled]:
    """The tables whose rows a second run changes. Values that the server makes up, by a default, may differ."""
    with there.experiment(step) as connection:
        if not in_transaction(connection):
            return  # the counters are those of one transaction
        if attempt(connection, step.text):
            return
        names = {(table.schema, table.name) for table in written(connection) if not table.is_catalog}
        once = _rows(connection, names)
        end_session(connection)
        last: dict[tuple[str, str], Statement] = {}
        now = once
        for statement in step.statements:
            if attempt(connection, statement.text):
                return
            then, now = now, _rows(connection, names)
            last |= {name: statement for name in now if now[name] != then.get(name)}
    for name, (count, digest) in now.items():
        if once.get(name) != (count, digest) and name in last:
            yield Doubled(last[name], *name, once.get(name, (0, ""))[0], count)


def _rows(connection: "Connection", names: set[tuple[str, str]]) -> _Rows:
    return {name: contents_digest(connection, name) for name in sorted(names)}
