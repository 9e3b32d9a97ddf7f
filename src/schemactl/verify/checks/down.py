"""Down files take a migration back, and the way up is open again.

What: where `<version>_<name>.down.sql` stands beside a migration, the migration runs, its down file, and the migration
once more. The down file must end in the catalog from before the migration, the second run in the one after it; only a
column that comes back may stand behind the others.

Why: a down file is read for the first time on the worst day of the year.

Bad: a down file that drops the table and forgets the type. Good: a statement back for each one forth, in reverse.
"""

from collections.abc import Iterator
from dataclasses import replace

from schemactl.catalog.difference import Action, Change, difference
from schemactl.catalog.snapshot import Snapshot, take
from schemactl.core.errors import SourceError
from schemactl.core.findings import Finding
from schemactl.migrations.model import Migration
from schemactl.verify import findings
from schemactl.verify.chain import Step, down_step
from schemactl.verify.lane import Lane
from schemactl.verify.repro import Script
from schemactl.verify.walk import Outcome, Walk

NAME = "down"


def run(walk: Walk) -> Outcome:
    """Go up, down and up again at every migration that has a down file."""
    found: list[Finding] = []
    migrations = walk.chain.migrations
    asked = {migration.file for migration in migrations if migration.down and walk.concerns(migration)}
    left_out = frozenset(migration.file for migration in migrations if migration.file not in asked)
    if not asked:
        return Outcome(left_out=left_out)
    with walk.lane() as there:
        before = None
        for step in walk.steps(NAME):
            down = _way_back(step.migration, found) if step.file in asked else None
            if down is None or not down.statements:
                there.advance(step)
                before = None
                continue
            before = before or take(there.connection)
            there.advance(step)
            after = take(there.connection)
            found += [
                findings.told(one, _script(walk, one, step, down))
                for one in _back_and_forth(there, step, down, before, after)
            ]
            before = after
    return Outcome(tuple(found), left_out=left_out)


def _way_back(migration: Migration, found: list[Finding]) -> Step | None:
    """The down file, or a finding where nobody can read it."""
    try:
        return down_step(migration)
    except SourceError as error:
        found.append(findings.unreadable(NAME, error))
        return None


def _script(walk: Walk, finding: Finding, step: Step, down: Step) -> Script:
    up = walk.script_before(finding.message, step).remember("before").files([step]).remember("after")
    there = up.say("down").files([down]).say("against before it").difference("before")
    return there.say("and up again").files([step]).say("against after it").difference("after")


def _back_and_forth(there: Lane, step: Step, down: Step, before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    with there.fork() as fork:
        failed = fork.attempt(down)
        if failed:
            yield findings.failed(NAME, failed, f"fails right after {step.name}")
            return
        changes = _but_for_order(difference(before, take(fork.connection)))
        if changes:
            when = f"after it the catalog is not what it was before {step.name}"
            yield findings.changed(NAME, down.statements[-1], when, changes)
        failed = fork.attempt(step)
        if failed:
            yield findings.failed(NAME, failed, f"fails once {down.name} has taken the file back")
            return
        changes = _but_for_order(difference(after, take(fork.connection)))
        if changes:
            when = f"run again after {down.name}, it ends in another catalog"
            yield findings.changed(NAME, step.statements[-1], when, changes)


def _but_for_order(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """PostgreSQL adds a column behind all others: one that is brought back cannot stand where it stood."""
    kept = (replace(one, attributes=tuple(a for a in one.attributes if a.name != "column_order")) for one in changes)
    return tuple(one for one in kept if one.attributes or one.action is not Action.CHANGED)
