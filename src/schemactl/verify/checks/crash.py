"""A migration that died half-way can simply be run again.

What: for every file and every k, on tables that hold rows, the first k statements stay and the session ends; then the
whole file runs. It must end without an error, in the catalog of an undisturbed run. What fails in any second run is
told by `again`.

Why: a runner that wraps nothing died there, someone pasted the file into an editor that commits each statement, or the
file cannot run in a transaction (concurrent index builds). schemactl's own transactional apply leaves nothing behind.

Bad: `CREATE TABLE scratch (…); …; DROP TABLE scratch;`. Good: `DROP TABLE IF EXISTS scratch;` before it.

Bad: `ALTER TABLE a RENAME TO b; CREATE VIEW a AS …;`. Good: a DO block that asks the catalog before it renames.
"""

from collections.abc import Iterator

from schemactl.catalog.difference import Change
from schemactl.core.findings import Finding
from schemactl.core.words import plural
from schemactl.sql.guards import guarded
from schemactl.sql.parse import Statement
from schemactl.verify import findings
from schemactl.verify.chain import Step
from schemactl.verify.lane import Failed, Lane
from schemactl.verify.population import Population
from schemactl.verify.rerun import changes, harmless, rerun
from schemactl.verify.walk import Outcome, Walk

NAME = "crash"


def run(walk: Walk) -> Outcome:
    """Try every crash point of every file where it stands."""
    found: list[Finding] = []
    left_out: set[str] = set()
    with walk.lane() as there:
        population = Population(there, walk.alone)
        for step in walk.steps(NAME):
            if walk.excused(step):
                left_out.add(step.file)
            elif len(step.statements) > 1:
                population.bears(step)
                found += _of_step(there, step)
            population.advance(step)
    return Outcome(tuple(found), left_out=frozenset(left_out))


def _of_step(there: Lane, step: Step) -> Iterator[Finding]:
    if harmless(there, step, range(1, len(step.statements))):
        return
    undisturbed, again = rerun(there, step, 0), rerun(there, step, len(step.statements))
    told_by_again = {failed.statement for failed in again.failures}
    changed_by_again = {change.object for change in changes(there, step, undisturbed, again)}
    failing: dict[Statement, tuple[int, Failed]] = {}
    changing: dict[int, tuple[Change, ...]] = {}
    for k in range(1, len(step.statements)):
        crashed = rerun(there, step, k)
        for failed in crashed.failures:
            if failed.statement not in told_by_again:
                failing.setdefault(failed.statement, (k, failed))
        if not crashed.failures:
            different = changes(there, step, undisturbed, crashed)
            new = tuple(change for change in different if change.object not in changed_by_again)
            changing |= {k: new} if new else {}
    for k, failed in failing.values():
        when = f"fails when the file runs again {_after(k, step)}"
        yield findings.failed(NAME, failed, when, guard=guarded(failed.statement))
    if changing:
        k, different = next(iter(changing.items()))
        more = f" (and behind {plural(len(changing) - 1, 'other statement')})" if len(changing) > 1 else ""
        when = f"the catalog is another one when the file runs again {_after(k, step)}{more}"
        yield findings.changed(NAME, step.statements[k - 1], when, different)


def _after(k: int, step: Step) -> str:
    return f"after a crash behind statement {k} of {len(step.statements)}"
