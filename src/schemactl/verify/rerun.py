"""A file that runs after a part of it, or all of it, has run before: what fails then, and where the catalog ends."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.catalog.difference import Change, difference
from schemactl.catalog.snapshot import Snapshot, take
from schemactl.catalog.trace import WRITTEN, Trace, Written, horizon, trace
from schemactl.db.contents import digest
from schemactl.db.execute import Failure, answers, attempt, in_transaction
from schemactl.verify.chain import Step
from schemactl.verify.lane import Failed, Lane, every_failure

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_END_SESSION = "RESET SESSION AUTHORIZATION; RESET ALL; DISCARD TEMP"
_WRITTEN_COLUMNS = ("oid", "schema", "name", "written")


@dataclass(frozen=True, slots=True)
class Rerun:
    """The failures of a run of the whole file behind `behind` statements that had run before, and its trace."""

    behind: int
    failures: tuple[Failed, ...]
    trace: Trace


def harmless(there: Lane, step: Step, crashes: Collection[int]) -> bool:
    """Whether, behind each k of `crashes`, the first k statements can run again and leave all as it is, rows included.

    Then the rest of the file finds what it would have found, and the whole file can run again after any of these
    crashes. The quick answer to the common case: False says only that it takes a closer look, `rerun`.
    """
    with there.experiment(step) as connection:
        if not in_transaction(connection):
            return False
        since = horizon(connection)
        return all(_steady(connection, step, k, since, look=k in crashes) for k in range(1, max(crashes) + 1))


def _steady(connection: "Connection", step: Step, k: int, since: int, *, look: bool) -> bool:
    """Run statement k and, when asked to `look`, all up to it once more: one round trip where that writes nothing."""
    statement = step.statements[k - 1].text
    if not look:
        return attempt(connection, statement) is None
    again = ";\n".join(one.text for one in step.statements[:k])
    texts = (statement, WRITTEN, "SAVEPOINT schemactl_again", _END_SESSION, again, WRITTEN)
    ran = answers(connection, "\n;".join(texts))
    if isinstance(ran, Failure):
        return False
    once, *_, twice = ({Written(*row) for row in answer.rows} for answer in ran if answer.columns == _WRITTEN_COLUMNS)
    changed = twice - once
    after = _state(connection, since, changed) if changed else None
    connection.execute("ROLLBACK TO SAVEPOINT schemactl_again; RELEASE SAVEPOINT schemactl_again")
    return not changed or after == _state(connection, since, changed)


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


def changes(there: Lane, step: Step, undisturbed: Rerun, other: Rerun) -> tuple[Change, ...]:
    """How the catalog differs after the one and the other; read from whole snapshots only where their traces differ."""
    if undisturbed.trace == other.trace:
        return ()
    return difference(_catalog(there, step, undisturbed.behind), _catalog(there, step, other.behind))


def _catalog(there: Lane, step: Step, behind: int) -> Snapshot:
    with there.experiment(step) as connection:
        _begin(connection, step, behind)
        for _ in every_failure(connection, step):
            pass
        return take(connection)


def _begin(connection: "Connection", step: Step, behind: int) -> None:
    for statement in step.statements[:behind]:
        attempt(connection, statement.text)
    if behind:
        end_session(connection)


def end_session(connection: "Connection") -> None:
    """Forget what a session that ended would forget."""
    connection.execute(_END_SESSION.encode())
