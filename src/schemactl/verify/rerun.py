"""A file that runs after a part of it, or all of it, has run before: what fails then, and where the catalog ends."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.catalog.difference import Change, difference
from schemactl.catalog.snapshot import Snapshot, take
from schemactl.catalog.trace import Trace, horizon, trace
from schemactl.db.execute import attempt
from schemactl.verify.chain import Step
from schemactl.verify.lane import Failed, Lane, every_failure

if TYPE_CHECKING:
    from schemactl.db.types import Connection


@dataclass(frozen=True, slots=True)
class Rerun:
    """The failures of a run of the whole file behind `behind` statements that had run before, and its trace."""

    behind: int
    failures: tuple[Failed, ...]
    trace: Trace


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
    connection.execute("RESET SESSION AUTHORIZATION; RESET ALL; DISCARD TEMP")
