"""A migration that runs again ends in the same catalog, without an error.

What: each file runs a second time right after the first, on tables that hold rows, and the whole chain once more at
its end, the history put aside; catalogs and rows before and after are compared. On the second run a statement that
fails is undone alone and the next one runs, so that one pass shows every statement that needs a guard.

Why: a deployment that died half-way, a restored backup, a file pasted into an editor, a history that was lost: each
runs a file again. Files up to `[verify] baseline` are excused.

Bad: `CREATE POLICY p ON t …` alone: 42710 duplicate object. Good: `DROP POLICY IF EXISTS p ON t;` before it, in the
same transaction.

Bad: `CREATE TABLE t (…)`. Good: `CREATE TABLE IF NOT EXISTS t (…)`.

Bad: `INSERT INTO plans (name) VALUES ('free')`, there twice afterwards. Good: a unique key, `ON CONFLICT DO NOTHING`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from schemactl.catalog.difference import Change, difference
from schemactl.catalog.snapshot import Identity, take
from schemactl.catalog.trace import Written, written
from schemactl.core.findings import Finding
from schemactl.core.words import plural
from schemactl.db.execute import attempt_alone, in_transaction
from schemactl.sql.guards import guarded
from schemactl.sql.parse import Statement
from schemactl.verify import findings
from schemactl.verify.chain import Step
from schemactl.verify.doubled import Doubled, doubled_rows
from schemactl.verify.lane import Failed, Lane, every_failure
from schemactl.verify.population import Population
from schemactl.verify.repro import Script
from schemactl.verify.rerun import Ends, rerun, unsteady
from schemactl.verify.walk import Outcome, Walk

if TYPE_CHECKING:
    from schemactl.db.types import Connection

NAME = "again"


def run(walk: Walk) -> Outcome:
    """Run each file again where it stands, then the whole chain again at its end."""
    found: list[Finding] = []
    left_out: set[str] = set()
    with walk.lane() as there:
        population = Population(there, walk.alone)
        for step in walk.steps(NAME):
            if walk.excused(step):
                left_out.add(step.file)
            elif step.statements:
                population.bears(step)
                found += _right_after(walk, population, step)
            population.advance(step)
    if walk.stopped.is_set():
        return Outcome(tuple(found), left_out=frozenset(left_out))
    known = {finding.fingerprint for finding in (*walk.known(NAME).findings, *found)}
    with walk.lane_at_the_end() as there:
        late = tuple(finding for finding in _at_the_end(walk, there) if finding.fingerprint not in known)
    return Outcome(tuple(found), at_end=late, left_out=frozenset(left_out))


def _right_after(walk: Walk, population: Population, step: Step) -> Iterator[Finding]:
    there = population.there
    if not unsteady(there, step, [len(step.statements)]):
        return
    twice = rerun(there, step, len(step.statements))

    def run_once(finding: Finding) -> Script:
        return walk.script_before(finding.message, step).rows(population).files([step])

    for failed in twice.failures:
        fails = _fails(failed, "fails when the file runs again")
        yield findings.told(fails, run_once(fails).say("the file runs again").file_again(step))
    different = Ends(there, step).changes(twice)
    if different:
        with there.experiment(step) as connection:
            for _ in every_failure(connection, step):
                pass
            blamed = _by_statement(different, step, connection)
        for statement, mine in blamed.items():
            changes = findings.changed(
                NAME, statement, "changes the catalog when the file runs again", mine, guard=guarded(statement)
            )
            script = run_once(changes).remember().say("the file runs again").file_again(step)
            yield findings.told(changes, script.difference())
    if not twice.failures:
        for doubled in doubled_rows(there, step):
            said = _rows(doubled)
            shown = run_once(said).table(doubled.schema, doubled.table).say("the file runs again").file_again(step)
            yield findings.told(said, shown.table(doubled.schema, doubled.table))


def _rows(doubled: Doubled) -> Finding:
    table = f"{doubled.schema}.{doubled.table}"
    what = f"{plural(doubled.once, 'row')} after the first run and {doubled.twice} after the second"
    said = f"changes rows when the file runs again: {table} has " + (
        what if doubled.once != doubled.twice else "other values after the second run"
    )
    hint = "INSERT … ON CONFLICT (a unique key) DO NOTHING, or UPDATE with a WHERE that the second run does not meet."
    return findings.at(NAME, doubled.statement, said, hint=hint)


def _at_the_end(walk: Walk, there: Lane) -> Iterator[Finding]:
    steps = [step for step in walk.whole if not walk.excused(step)]
    before = take(there.connection)
    with there.fork() as second:
        failures = [failed for step in steps for failed in second.repeat(step)]
        different = difference(before, take(second.connection))
    when = f"when the whole chain runs again after {walk.chain.migrations[-1].path.name}"
    for failed in failures:
        fails = _fails(failed, f"fails {when}")
        script = walk.script(fails.message).files(walk.whole).say("the whole chain runs again")
        yield findings.told(fails, script.file_again(*_upto(steps, failed.statement)))
    if different:
        for statement, mine in _by_file(different, steps, there).items():
            said = findings.changed(NAME, statement, f"changes the catalog {when}", mine, guard=guarded(statement))
            script = walk.script(said.message).files(walk.whole).remember().say("the whole chain runs again")
            yield findings.told(said, script.file_again(*_upto(steps, statement)).difference())


def _upto(steps: Sequence[Step], statement: Statement) -> Sequence[Step]:
    place = next(n for n, step in enumerate(steps) if step.file == statement.file)
    return steps[: place + 1]


def _fails(failed: Failed, when: str) -> Finding:
    return findings.failed(NAME, failed, when, guard=guarded(failed.statement))


def _by_statement(different: Iterable[Change], step: Step, connection: "Connection") -> dict[Statement, list[Change]]:
    """Each change under the statement that gave its object the final form."""
    last: dict[Identity, Statement] = {}
    known, wrote = take(connection), _written(connection)
    for statement in step.statements:
        if attempt_alone(connection, statement.text) or (wrote is not None and _written(connection) == wrote):
            continue
        now, wrote = take(connection), _written(connection)
        last |= {change.object: statement for change in difference(known, now)}
        known = now
    return _grouped(different, last)


def _by_file(different: Sequence[Change], steps: Sequence[Step], there: Lane) -> dict[Statement, list[Change]]:
    """As `_by_statement` has it, of many files: looked for in the last one that touches an object."""
    with there.fork() as fork:
        last = _last_to_touch({change.object for change in different}, steps, fork)
    blamed: dict[Statement, list[Change]] = {}
    for step in steps:
        mine = [change for change in different if last.get(change.object) == step.file]
        if mine:
            with there.experiment(step) as connection:
                blamed |= _by_statement(mine, step, connection)
        there.repeat(step)
    return blamed


def _last_to_touch(objects: Collection[Identity], steps: Sequence[Step], there: Lane) -> dict[Identity, str]:
    """The file that gave each object its final form, when the steps run once more."""
    last: dict[Identity, str] = {}
    known = take(there.connection)
    for step in steps:
        with there.experiment(step) as connection:
            before = _written(connection)
            failed = tuple(every_failure(connection, step))
            if not failed and before is not None and _written(connection) == before:
                continue
            now = take(connection)
        last |= {change.object: step.file for change in difference(known, now) if change.object in objects}
        there.repeat(step)
        known = now
    return last


def _written(connection: "Connection") -> frozenset[Written] | None:
    """What the transaction has written to so far; None where there is none."""
    return written(connection) if in_transaction(connection) else None


def _grouped(different: Iterable[Change], last: Mapping[Identity, Statement]) -> dict[Statement, list[Change]]:
    grouped: dict[Statement, list[Change]] = {}
    for change in different:
        if change.object in last:
            grouped.setdefault(last[change.object], []).append(change)
    return grouped
