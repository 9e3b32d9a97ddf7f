"""Files that grew on two branches give the same catalog in either order.

What: with `--changed-since REF`, the files that this branch adds and those that came in meanwhile run in the orders in
which databases will get them: sorted, as a new database does; this branch's last, as production does; this branch's
first, as a preview of it did. Each must end, without an error, in the same catalog.

Why: a number is given when a branch begins, and the branches are merged when they are done.

Bad: two branches that replace the same view or function: the last one wins, and it is not the same one everywhere.

Good: files that touch different objects; or the later one written again on top of the earlier.
"""

from collections.abc import Iterator, Sequence

from schemactl.catalog.difference import Change, difference
from schemactl.catalog.snapshot import Snapshot, take
from schemactl.core.findings import Finding, Severity
from schemactl.db import sqlstates
from schemactl.migrations.model import Migration
from schemactl.verify import findings
from schemactl.verify.chain import Step, step
from schemactl.verify.lane import Failed, Lane
from schemactl.verify.repro import Script
from schemactl.verify.walk import Outcome, Walk

NAME = "order"


def run(walk: Walk) -> Outcome:
    """Run the files of both branches in each order that a database may see."""
    versioned = [one for one in walk.chain.migrations if one.version]
    mine = [step(one) for one in versioned if one.file in walk.added]
    if not mine:
        return Outcome()
    first = min(_number(one.migration) for one in mine)
    behind = [one for one in versioned if one.file not in walk.added and _number(one) > first]
    others = sorted((step(one) for one in (*behind, *walk.theirs)), key=lambda one: _number(one.migration))
    if not others:
        return Outcome()
    common = [step(one) for one in versioned if one.file not in walk.added and _number(one) < first]
    with walk.lane() as there:
        for one in common:
            there.advance(one)
        script = walk.script("").files((*walk.before, *common))
        return Outcome(tuple(_compared(script, there, mine, others)))


def _compared(script: Script, there: Lane, mine: Sequence[Step], others: Sequence[Step]) -> Iterator[Finding]:
    ordered = tuple(sorted((*mine, *others), key=lambda one: _number(one.migration)))
    expected = _end(there, ordered)
    for other in dict.fromkeys([(*others, *mine), (*mine, *others)]):
        if other == ordered:
            continue
        end = _end(there, other)
        if isinstance(end, tuple):
            yield findings.told(_fails(end, mine, other), script.files(other))
            return
        if isinstance(expected, tuple):
            yield findings.told(_fails(expected, mine, ordered), script.files(ordered))
            return
        changes = difference(expected, end)
        if changes:
            said = _differs(there, mine, others, changes)
            both = script.undisturbed(*ordered).say("in the other order").files(other).difference("undisturbed")
            yield findings.told(said, both)
            return


def _end(there: Lane, steps: Sequence[Step]) -> "Snapshot | tuple[Step, Failed]":
    """The catalog behind the steps, or the one that failed."""
    with there.fork() as fork:
        for one in steps:
            failed = fork.attempt(one)
            if failed:
                return one, failed
        return take(fork.connection)


def _fails(end: "tuple[Step, Failed]", mine: Sequence[Step], order: Sequence[Step]) -> Finding:
    """Said at a file of this branch, since the other one may not be here."""
    culprit, failed = end
    before = [one for one in order[: order.index(culprit)] if (one in mine) is not (culprit in mine)]
    names = " and ".join(one.name for one in before)
    if culprit in mine:
        return findings.failed(NAME, failed, f"fails where {names} ran before it")
    words = f"{sqlstates.describe(failed.failure.sqlstate)}: {failed.failure.sentence}"
    message = f"{culprit.name} fails where this file ran before it, at its statement {failed.statement.index}: {words}"
    return findings.at(NAME, before[-1].statements[-1], message)


def _differs(there: Lane, mine: Sequence[Step], others: Sequence[Step], changes: Sequence[Change]) -> Finding:
    at, other = next(
        ((one, two) for one in mine for two in others if _conflict(there, one, two)), (mine[-1], others[-1])
    )
    harmless = all(a.name == "column_order" for change in changes for a in change.attributes)
    severity = Severity.INFO if harmless else Severity.ERROR
    when = f"the catalog depends on whether {other.name} runs before or after this file"
    return findings.changed(NAME, at.statements[-1], when, changes, severity=severity)


def _conflict(there: Lane, one: Step, other: Step) -> bool:
    there_and_back = _end(there, (one, other)), _end(there, (other, one))
    snapshots = [end for end in there_and_back if isinstance(end, Snapshot)]
    return len(snapshots) == 2 and bool(difference(*snapshots))


def _number(migration: Migration) -> int:
    return migration.version.number if migration.version else 0
