"""A migration that died half-way can simply be run again.

What: for every file and every k, on tables that hold rows, the first k statements stay and the session ends; then the
whole file runs. It must end without an error, in the catalog of an undisturbed run. What fails in any second run is
told by `again`.

Why: a runner that wraps nothing died there, someone pasted the file into an editor that commits each statement, or the
file cannot run in a transaction (concurrent index builds). schemactl's own transactional apply leaves nothing behind.

A file of up to 200 statements is tried behind each of them. Of a longer one, and of one with more than 26 statements
that must be committed one by one, those points are tried where something is about to be dropped or renamed, and others
evenly between.

Concurrent index builds are interrupted too, unless the configured runner (`[lint] runner`) clears away what is left,
as `schemactl apply` does: IF NOT EXISTS takes the invalid index for the real one.

Bad: `CREATE TABLE scratch (…); …; DROP TABLE scratch;`. Good: `DROP TABLE IF EXISTS scratch;` before it.

Bad: `ALTER TABLE a RENAME TO b; CREATE VIEW a AS …;`. Good: a DO block that asks the catalog before it renames.
"""

from collections.abc import Iterator, Sequence

from schemactl.catalog.difference import Change
from schemactl.core.findings import Finding, Severity
from schemactl.core.words import plural
from schemactl.sql.guards import guarded
from schemactl.sql.nodes import walk
from schemactl.sql.parse import Statement
from schemactl.verify import findings
from schemactl.verify.chain import Step
from schemactl.verify.interrupted import leftovers
from schemactl.verify.lane import Failed
from schemactl.verify.population import Population
from schemactl.verify.repro import Script
from schemactl.verify.rerun import Ends, Rerun, rerun, unsteady
from schemactl.verify.walk import Outcome, Walk

NAME = "crash"
_STATEMENTS = 20_000
"""So many statements, roughly, are run again for one file."""
_CLOSELY = 25
_TAKE_AWAY = frozenset(
    {"DropStmt", "RenameStmt", "AlterObjectSchemaStmt", "DropRoleStmt", "TruncateStmt", "DeleteStmt"}
)


def run(walked: Walk) -> Outcome:
    """Try every crash point of every file where it stands."""
    found: list[Finding] = []
    left_out: set[str] = set()
    with walked.lane() as there:
        population = Population(there, walked.alone)
        for step in walked.steps(NAME):
            if walked.excused(step):
                left_out.add(step.file)
            elif len(step.statements) > 1:
                population.bears(step)
                found += _of_step(walked, population, step)
            if not walked.excused(step) and not walked.removes_invalid:
                found += _interrupted(walked, population, step)
            population.advance(step)
    return Outcome(tuple(found), left_out=frozenset(left_out))


def _interrupted(walked: Walk, population: Population, step: Step) -> Iterator[Finding]:
    for left in leftovers(population.there, step):
        message = (
            f"an interrupted build leaves {left.index} invalid, and the file that runs again takes it for the index"
        )
        hint = f"Before it: DROP INDEX CONCURRENTLY IF EXISTS {left.index};"
        said = findings.at(NAME, left.statement, message, severity=Severity.WARNING, hint=hint)
        upto = [one for one in step.statements if one.index <= left.statement.index]
        script = walked.script_before(message, step).statements(upto).invalid(left.index)
        yield findings.told(said, script.say("the file runs again").file_again(step).validity(left.index))


def _of_step(walked: Walk, population: Population, step: Step) -> Iterator[Finding]:
    there = population.there
    points = crash_points(step)
    if not unsteady(there, step, points):
        return
    again = rerun(there, step, len(step.statements), traced=False)
    told_by_again = {failed.statement for failed in again.failures}
    failing: dict[Statement, tuple[int, Failed]] = {}
    completed: list[Rerun] = []
    for k in unsteady(there, step, points, _CLOSELY, told_by_again):
        crashed = rerun(there, step, k, traced=False)
        for failed in crashed.failures:
            if failed.statement not in told_by_again:
                failing.setdefault(failed.statement, (k, failed))
        if not crashed.failures:
            completed.append(crashed)
    changing = _changing(Ends(there, step), again, completed) if completed else {}
    for k, failed in failing.values():
        when = f"fails when the file runs again {_after(k, step)}"
        said = findings.failed(NAME, failed, when, guard=guarded(failed.statement))
        before = walked.script_before(said.message, step).rows(population)
        yield findings.told(said, _crashing(before, step, k))
    if changing:
        k, different = next(iter(changing.items()))
        more = f" (and behind {plural(len(changing) - 1, 'other statement')})" if len(changing) > 1 else ""
        when = f"the catalog is another one when the file runs again {_after(k, step)}{more}"
        said = findings.changed(NAME, step.statements[k - 1], when, different)
        before = walked.script_before(said.message, step).rows(population).undisturbed(step)
        yield findings.told(said, _crashing(before, step, k).difference("undisturbed"))


def _changing(ends: Ends, again: Rerun, completed: Sequence[Rerun]) -> dict[int, tuple[Change, ...]]:
    """What else than after a second run is another thing, by the point of the crash."""
    different = {crashed.behind: ends.changes(crashed) for crashed in completed}
    if not any(different.values()):
        return {}
    known = {change.object for change in ends.changes(again)}
    new = {k: tuple(change for change in changes if change.object not in known) for k, changes in different.items()}
    return {k: changes for k, changes in new.items() if changes}


def _crashing(before: Script, step: Step, k: int) -> Script:
    crash = before.say(f"{plural(k, 'statement')} of it, then the session ends").statements(step.statements[:k])
    return crash.new_session().say("the whole file runs").file_again(step)


def _after(k: int, step: Step) -> str:
    return f"after a crash behind statement {k} of {len(step.statements)}"


def crash_points(step: Step) -> tuple[int, ...]:
    """Behind every statement but the last; in long files where something is about to go, and evenly between."""
    last = len(step.statements) - 1
    most = _CLOSELY if step.needs_commits else max(_CLOSELY, 2 * _STATEMENTS // len(step.statements))
    if last <= most:
        return tuple(range(1, last + 1))
    before = [k for k in range(1, last + 1) if _takes_away(step.statements[k])][:most]
    room = most - len(before)
    spread = [1 + (last - 1) * n // max(1, room - 1) for n in range(room)]
    return tuple(sorted({*before, *spread}))


def _takes_away(statement: Statement) -> bool:
    return statement.kind in _TAKE_AWAY or any(
        kind == "AlterTableCmd" and str(command.get("subtype", "")).startswith("AT_Drop")
        for kind, command in walk(statement.node)
    )
