"""What statements hold and do to tables that were there before, seen from a second connection while they hold it."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemactl.core.resources import read_text
from schemactl.db.execute import attempt
from schemactl.sql.lock_modes import LockMode
from schemactl.sql.parse import Statement
from schemactl.sql.transactions import Needs, requirement
from schemactl.verify.chain import Step
from schemactl.verify.interrupted import held_tables, writer_on
from schemactl.verify.lane import Lane
from schemactl.verify.population import Table

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_WAITS = """
select state = 'active' and wait_event_type = 'Lock' from pg_catalog.pg_stat_activity where pid = %s
"""
_PAUSE = 0.005
_PATIENCE = 2000


@dataclass(frozen=True, slots=True)
class Observed:
    """A statement and a table that it, or its transaction, has locked when it ends.

    `since` is the statement from which the lock is held in this mode. `blocked` is what did not get through: reads,
    writes, foreign-key checks. `rows_read` counts rows read in whole scans; `rewritten` and `indexed` say that the
    table or an index of it was written anew.
    """

    statement: Statement
    table: Table
    mode: LockMode
    since: Statement
    blocked: tuple[str, ...]
    rows_read: int = 0
    rewritten: bool = False
    indexed: bool = False
    concurrent: bool = False


def observe(there: Lane, step: Step, tables: Sequence[Table], *, probe: bool = True) -> tuple[Observed, ...]:
    """Every statement of the step with the tables it has locked, up to one that fails; nothing of it remains."""
    watch = _Watch(there, tables, probe=probe)
    if step.transactional:
        with there.inside() as connection:
            return tuple(watch.statements(connection, step.statements))
    with there.fork() as fork:
        return tuple(_one_by_one(_Watch(fork, tables, probe=probe), fork, step))


def _one_by_one(watch: "_Watch", fork: Lane, step: Step) -> Iterator[Observed]:
    for statement in step.statements:
        if requirement(statement).needs is Needs.NO_BLOCK:
            yield from watch.concurrent(fork, statement)
            continue
        fork.connection.execute("BEGIN")
        yield from watch.statements(fork.connection, [statement])
        fork.connection.execute("COMMIT")


class _Watch:
    """Looks at one session through the superuser's connection of its lane."""

    def __init__(self, there: Lane, tables: Sequence[Table], *, probe: bool) -> None:
        self._observer = there.superuser
        oids = json.dumps([table.oid for table in tables])
        query = read_text("schemactl.verify", "queries/work.sql").rstrip().rstrip(";")
        self._work_query = f"select pg_catalog.set_config('schemactl.oids', '{oids}', false);\n{query}".encode()
        self._probe = probe

    def statements(self, connection: "Connection", statements: Sequence[Statement]) -> Iterator[Observed]:
        """Run the statements inside the transaction that is open."""
        known: dict[Table, Observed] = {}
        before = self._work(connection)
        for statement in statements:
            if attempt(connection, statement.text):
                return
            now = self._work(connection)
            for table, mode in self._held(connection.info.backend_pid):
                last = known.get(table)
                if last is None or mode > last.mode:
                    last = Observed(statement, table, mode, statement, self._blocked(table, mode))
                known[table] = replace(last, statement=statement)
                yield _with_work(known[table], before.get(table.oid), now.get(table.oid))
            before = now

    def concurrent(self, fork: Lane, statement: Statement) -> Iterator[Observed]:
        """Run a statement that no transaction takes while a writer keeps it waiting, and look at it then."""
        tables = held_tables(fork, statement)
        runner = threading.Thread(target=attempt, args=(fork.connection, statement.text))
        pid = fork.connection.info.backend_pid
        with writer_on(fork.database, tables):
            runner.start()
            found = list(self._while_waiting(runner, pid)) if tables else []
        runner.join()
        for table, mode in found:
            yield Observed(statement, table, mode, statement, self._blocked(table, mode), concurrent=True)

    def _while_waiting(self, runner: threading.Thread, pid: int) -> Iterator[tuple[Table, LockMode]]:
        for _ in range(_PATIENCE):
            waits = self._observer.execute(_WAITS, [pid]).fetchone()
            if waits == (True,) or not runner.is_alive():
                break
            runner.join(_PAUSE)
        yield from self._held(pid)

    def _held(self, pid: int) -> list[tuple[Table, LockMode]]:
        _set(self._observer, "schemactl.pid", str(pid))
        found = self._observer.execute(read_text("schemactl.verify", "queries/held.sql").encode()).fetchall()
        return [(Table(oid, schema, name), LockMode(mode)) for oid, schema, name, mode in found]

    def _work(self, connection: "Connection") -> Mapping[int, tuple[int, int, str]]:
        cursor = connection.execute(self._work_query)
        cursor.nextset()
        return {int(oid): (int(read), int(file), str(indexes)) for oid, read, file, indexes in cursor.fetchall()}

    def _blocked(self, table: Table, mode: LockMode) -> tuple[str, ...]:
        if not self._probe or mode < LockMode.SHARE_UPDATE_EXCLUSIVE:
            return ()
        _set(self._observer, "schemactl.table", str(table.oid))
        self._observer.execute(read_text("schemactl.verify", "queries/probes.sql").encode())
        row = self._observer.execute("select pg_catalog.current_setting('schemactl.blocked')").fetchone()
        return tuple(str(row[0]).split(",")) if row and row[0] else ()


def _with_work(observed: Observed, before: tuple[int, int, str] | None, now: tuple[int, int, str] | None) -> Observed:
    if before is None or now is None:
        return observed
    new_indexes = set(now[2].split(",")) - set(before[2].split(",")) - {""}
    return replace(
        observed,
        rows_read=max(0, now[0] - before[0]),
        rewritten=now[1] not in {0, before[1]},
        indexed=bool(new_indexes),
    )


def _set(connection: "Connection", name: str, value: str) -> None:
    connection.execute("select pg_catalog.set_config(%s, %s, false)", [name, value])
