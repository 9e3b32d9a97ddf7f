"""A file that runs after a part of it, or all of it, has run before: what fails then, and where the catalog ends."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from schemactl.catalog.difference import Change, difference
from schemactl.catalog.snapshot import Snapshot, take
from schemactl.catalog.trace import WRITTEN, Trace, Written, horizon, trace, trace_rows
from schemactl.db.contents import digest
from schemactl.db.execute import answers, attempt, in_transaction
from schemactl.db.statement_failure import Failure
from schemactl.sql.parse import Statement
from schemactl.verify.chain import Step
from schemactl.verify.lane import Failed, Lane, every_failure

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_END_SESSION = "RESET SESSION AUTHORIZATION; RESET ALL; DISCARD TEMP"
_UNDO = "ROLLBACK TO SAVEPOINT schemactl_again; RELEASE SAVEPOINT schemactl_again"
_WRITTEN_COLUMNS = ("oid", "schema", "name", "written")


@dataclass(frozen=True, slots=True)
class Rerun:
    """The failures of a run of the whole file behind `behind` statements that had run before; its trace, if taken."""

    behind: int
    failures: tuple[Failed, ...]
    trace: Trace | None


def unsteady(
    there: Lane, step: Step, crashes: Collection[int], most: int = 1, without: Collection[Statement] = ()
) -> tuple[int, ...]:
    """The first `most` k of `crashes` behind which the first k statements, run again, may fail or change something.

    Where they do not, rows included, the rest of the file finds what it would have found, and the whole file can run
    again after that crash. The quick answer to the common case: what is named takes a closer look, `rerun`. Statements
    of `without` are not run again.
    """
    points = sorted(crashes)
    found: list[int] = []
    with there.experiment(step) as connection:
        if not in_transaction(connection):
            return tuple(points[:most])
        since = horizon(connection)
        done = 0
        for k in points:
            texts = [one.text for one in step.statements[done:k]]
            again = [one.text for one in step.statements[:k] if one not in without]
            found += [] if _steady(connection, ";\n".join(texts), ";\n".join(again), since) else [k]
            if len(found) == most:
                break
            done = k
    return tuple(found)


def _steady(connection: "Connection", text: str, again: str, since: int) -> bool:
    """Run `text`, then `again`, of which nothing remains: one round trip where that writes nothing.

    Whether it changes nothing.
    """
    repeated = ("SAVEPOINT schemactl_again", _END_SESSION, again)
    ran = answers(connection, "\n;".join((text, WRITTEN, *repeated, WRITTEN, _UNDO)))
    if isinstance(ran, Failure):
        attempt(connection, _UNDO)  # which fails where `text` did: then nothing behind it is steady either
        return False
    once, *_, twice = ({Written(*row) for row in answer.rows} for answer in ran if answer.columns == _WRITTEN_COLUMNS)
    changed = twice - once
    if not changed:
        return True
    catalogs = {table.name for table in changed if table.is_catalog}
    names = sorted((table.schema, table.name) for table in changed if not table.is_catalog)
    before, contents = trace_rows(connection, since, catalogs), [digest(connection, name) for name in names]
    failure = attempt(connection, "\n;".join(repeated))
    if failure or contents != [digest(connection, name) for name in names]:
        connection.execute(_UNDO.encode())
        return False
    after = trace_rows(connection, since, catalogs)
    named = None if after == before else after.named(connection)
    connection.execute(_UNDO.encode())
    return named is None or named == before.named(connection)


def rerun(there: Lane, step: Step, behind: int, *, traced: bool = True) -> Rerun:
    """Run the first `behind` statements, end the session, run the whole file; nothing of it remains.

    Unless `traced`, the trace is taken of a run without failures only.
    """
    with there.experiment(step) as connection:
        since = horizon(connection)
        _begin(connection, step, behind)
        failures = tuple(every_failure(connection, step))
        return Rerun(behind, failures, trace(connection, since) if traced or not failures else None)


class Ends:
    """The catalogs in which runs of a file end, read from whole snapshots only where their traces differ."""

    def __init__(self, there: Lane, step: Step) -> None:
        self._there = there
        self._step = step

    def changes(self, other: Rerun) -> tuple[Change, ...]:
        """How the catalog differs from that of the undisturbed run."""
        if other.trace is not None and other.trace == self._undisturbed.trace:
            return ()
        return difference(self._usual, self._behind(other.behind))

    @cached_property
    def _undisturbed(self) -> Rerun:
        return rerun(self._there, self._step, 0)

    @cached_property
    def _usual(self) -> Snapshot:
        return self._behind(0)

    def _behind(self, count: int) -> Snapshot:
        with self._there.experiment(self._step) as connection:
            _begin(connection, self._step, count)
            for _ in every_failure(connection, self._step):
                pass
            return take(connection)


def _begin(connection: "Connection", step: Step, behind: int) -> None:
    statements = [statement.text for statement in step.statements[:behind]]
    for text in [";\n".join(statements)] if in_transaction(connection) else statements:
        attempt(connection, text)
    if behind:
        end_session(connection)


def end_session(connection: "Connection") -> None:
    """Forget what a session that ended would forget."""
    connection.execute(_END_SESSION.encode())
