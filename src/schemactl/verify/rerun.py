"""A file that runs after a part of it, or all of it, has run before: what fails then, and where the catalog ends."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from schemactl.catalog.difference import Change, difference
from schemactl.catalog.snapshot import Snapshot, take
from schemactl.catalog.trace import WRITTEN, Trace, Written, horizon, trace
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
    """The failures of a run of the whole file behind `behind` statements that had run before, and its trace."""

    behind: int
    failures: tuple[Failed, ...]
    trace: Trace


def unsteady(there: Lane, step: Step, crashes: Collection[int], without: Collection[Statement] = ()) -> tuple[int, ...]:
    """Those k of `crashes` behind which the first k statements, run again, may fail or change something, rows included.

    Where they do not, the rest of the file finds what it would have found, and the whole file can run again after that
    crash. The quick answer to the common case: those that are named take a closer look, `rerun`. Statements of
    `without` are not run again.
    """
    found: list[int] = []
    with there.experiment(step) as connection:
        if not in_transaction(connection):
            return tuple(sorted(crashes))
        since = horizon(connection)
        done = 0
        for k in sorted(crashes):
            texts = [one.text for one in step.statements[done:k]]
            again = [one.text for one in step.statements[:k] if one not in without]
            steady = _steady(connection, ";\n".join(texts), ";\n".join(again), since)
            if steady is None:
                return (*found, *(other for other in sorted(crashes) if other >= k))
            found += [] if steady else [k]
            done = k
    return tuple(found)


def _steady(connection: "Connection", text: str, again: str, since: int) -> bool | None:
    """Run `text`, then `again`, of which nothing remains: one round trip where that writes nothing.

    Whether it changes nothing; None when `text` itself fails.
    """
    repeated = ("SAVEPOINT schemactl_again", _END_SESSION, again)
    ran = answers(connection, "\n;".join((text, WRITTEN, *repeated, WRITTEN, _UNDO)))
    if isinstance(ran, Failure):
        return None if attempt(connection, _UNDO) else False
    once, *_, twice = ({Written(*row) for row in answer.rows} for answer in ran if answer.columns == _WRITTEN_COLUMNS)
    changed = twice - once
    if not changed:
        return True
    before = _state(connection, since, changed)
    failure = attempt(connection, "\n;".join(repeated))
    after = None if failure else _state(connection, since, changed)
    connection.execute(_UNDO.encode())
    return before == after


def _state(connection: "Connection", since: int, tables: Collection[Written]) -> tuple[Trace, list[str]]:
    """The trace in those of `tables` that are catalogs, and the contents of the others."""
    catalogs = {table.name for table in tables if table.is_catalog}
    names = sorted((table.schema, table.name) for table in tables if not table.is_catalog)
    return trace(connection, since, catalogs), [digest(connection, name) for name in names]


def rerun(there: Lane, step: Step, behind: int) -> Rerun:
    """Run the first `behind` statements, end the session, run the whole file; nothing of it remains."""
    with there.experiment(step) as connection:
        since = horizon(connection)
        _begin(connection, step, behind)
        failures = tuple(every_failure(connection, step))
        return Rerun(behind, failures, trace(connection, since))


class Ends:
    """The catalogs in which runs of a file end, read from whole snapshots only where their traces differ."""

    def __init__(self, there: Lane, step: Step, undisturbed: Rerun) -> None:
        self._there = there
        self._step = step
        self._undisturbed = undisturbed

    def changes(self, other: Rerun) -> tuple[Change, ...]:
        """How the catalog differs from that of the undisturbed run."""
        if self._undisturbed.trace == other.trace:
            return ()
        return difference(self._usual, self._behind(other.behind))

    @cached_property
    def _usual(self) -> Snapshot:
        return self._behind(self._undisturbed.behind)

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
