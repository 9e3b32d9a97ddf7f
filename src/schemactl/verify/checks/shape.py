"""The chain gives the same catalog whatever a runner wraps into a transaction.

What: the chain runs with a transaction a statement, and with one transaction around all files (what cannot run in one
stands between two); each must end, without an error, in the catalog of a transaction a file.

Why: `supabase db reset`, psql -1, Flyway's groups and an editor use other shapes than production; what works in one of
them fails in another.

Bad: `ALTER TYPE … ADD VALUE` in one file and a row with that value in the next: 55P04 where both share a transaction.
Good: nothing uses the value until a later release.

Bad: `LOCK TABLE` or `SET LOCAL` in a file that a runner sends statement by statement. Good: files without them.
"""

import itertools
from collections.abc import Iterator

from schemactl.catalog.difference import difference
from schemactl.catalog.snapshot import Snapshot, take
from schemactl.core.findings import Finding, Severity
from schemactl.db.execute import attempt
from schemactl.verify import findings
from schemactl.verify.chain import Chain, Step
from schemactl.verify.chain import step as step_of
from schemactl.verify.lane import Failed, Lane, first_failure
from schemactl.verify.repro import earlier
from schemactl.verify.walk import Outcome, Walk

NAME = "shape"
_EACH_STATEMENT = "where each statement is a transaction of its own"
_MANY = 64
_AS_NEW = "RESET SESSION AUTHORIZATION; RESET ALL"
_ALL_FILES = "where all files share one transaction"


def run(walk: Walk) -> Outcome:
    """Run the chain in the three shapes and compare where each ends."""
    with walk.lane_at_the_end() as there:
        usual = take(there.connection)
    failing, other = _each_statement(walk, usual)
    if walk.stopped.is_set():
        return Outcome(failing)
    return Outcome(failing, at_end=(*other, *_all_files(walk, usual)), lasts=not other)


def _each_statement(walk: Walk, usual: Snapshot) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The statement that fails, behind which nothing more can be seen, and else where the chain ends."""
    if walk.known(NAME).findings:
        return (), ()
    with walk.lane() as there:
        for step in walk.steps(NAME):
            failed = there.attempt_by_statements(step)
            if failed:
                fails = _fails(failed, _EACH_STATEMENT)
                script = walk.script(fails.message)
                for one in (*earlier(walk.whole, step), step):
                    script = script.each_committed(one)
                return (findings.told(fails, script),), ()
        if walk.stopped.is_set():
            return (), ()
        return (), tuple(_compared(walk, usual, take(there.connection), _EACH_STATEMENT))


def _all_files(walk: Walk, usual: Snapshot) -> Iterator[Finding]:
    """A file that fails gets a transaction of its own, so that the ones behind it are looked at too."""
    with walk.lane_from_nothing() as there:
        there.connection.execute("BEGIN")
        committed: list[Step] = []
        together: list[Step] = []
        fine = _joined_together(there, walk.whole)
        together += itertools.islice(walk.whole, fine)
        for migration in walk.whole.migrations[fine:]:
            step = step_of(migration)
            failed = _joined(there, step) if step.transactional else None
            together.append(step)
            if failed:
                fails = _fails(failed, _ALL_FILES)
                yield findings.told(fails, walk.script(fails.message).files(committed).in_one(together))
            if failed or not step.transactional:
                there.connection.execute("COMMIT")
                there.advance(step)
                there.connection.execute("BEGIN")
                committed += together
                together.clear()
        there.connection.execute("COMMIT")
        yield from _compared(walk, usual, take(there.connection), _ALL_FILES)


def _joined_together(there: Lane, chain: Chain) -> int:
    """Run as many files as possible inside the transaction that is open, many to a message; how many those were."""
    done = 0
    steps = itertools.takewhile(lambda step: step.transactional, chain)
    while batch := tuple(itertools.islice(steps, _MANY)):
        text = "".join(f"{_AS_NEW};\n{step.text}\n;" for step in batch)
        if attempt(there.connection, f"SAVEPOINT schemactl_files;\n{text}RELEASE SAVEPOINT schemactl_files"):
            there.connection.execute("ROLLBACK TO SAVEPOINT schemactl_files; RELEASE SAVEPOINT schemactl_files")
            break
        done += len(batch)
    return done


def _joined(there: Lane, step: Step) -> Failed | None:
    """Run the step inside the transaction that is open; of one that fails nothing remains."""
    begin = f"SAVEPOINT schemactl_file; {_AS_NEW}"
    if attempt(there.connection, f"{begin};\n{step.text}\n;RELEASE SAVEPOINT schemactl_file") is None:
        return None
    there.connection.execute("ROLLBACK TO SAVEPOINT schemactl_file")
    there.connection.execute(begin.encode())
    failed = first_failure(there.connection, step)
    if failed:
        there.connection.execute("ROLLBACK TO SAVEPOINT schemactl_file")
    there.connection.execute("RELEASE SAVEPOINT schemactl_file")
    return failed


def _fails(failed: Failed, where: str) -> Finding:
    return findings.failed(NAME, failed, f"fails {where}", severity=Severity.WARNING)


def _compared(walk: Walk, usual: Snapshot, other: Snapshot, where: str) -> Iterator[Finding]:
    changes = difference(usual, other)
    if changes:
        *_, last = (statement for step in walk.whole for statement in step.statements)
        when = f"the chain ends in another catalog {where}"
        said = findings.changed(NAME, last, when, changes, severity=Severity.WARNING)
        script = walk.script(said.message)
        if where == _ALL_FILES:
            yield findings.told(said, script.in_one(tuple(walk.whole)).catalog())
            return
        for step in walk.whole:
            script = script.each_committed(step)
        yield findings.told(said, script.catalog())
