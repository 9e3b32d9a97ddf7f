"""Every migration applies to a Postgres that has only the ones before it.

What: the chain is applied from the first file to the last, each file the way `schemactl apply` does it: in one
transaction, or statement by statement where Postgres or a directive asks for that.

Why: a file that fails here fails for every new colleague, every CI run and every rebuilt database.

Bad: a statement that names an object which no earlier file creates; BEGIN and COMMIT in a file, which end the
runner's own transaction.

Good: files that stand on what earlier files made, and on the preset's roles and schemas alone.
"""

import re
from dataclasses import replace

from schemactl.core.findings import Finding
from schemactl.verify import findings
from schemactl.verify.chain import Step
from schemactl.verify.chain import step as step_of
from schemactl.verify.lane import Failed, Lane, tables
from schemactl.verify.walk import NotChecked, Outcome, Walk

NAME = "applies"
_INSUFFICIENT_PRIVILEGE = "42501"
_OF_THE_SERVER = re.compile(r'superuser|privileges of the "pg_', re.IGNORECASE)
_FOR_SUPERUSERS = frozenset({"CreateExtensionStmt", "CreateEventTrigStmt", "CreatePLangStmt", "AlterSystemStmt"})


def run(walk: Walk) -> Outcome:
    """Walk the chain up to the first migration that does not apply; the ones behind it are not checked.

    The database behind the last one that applies is left for the other checks, unless something of the one behind it
    stayed, or the files made roles, which belong to the whole server and would stand in the others' way.
    """
    roles = walk.roles.now()
    there = walk.begin()
    try:
        outcome = _walked(walk, there)
    finally:
        there.close()
    made = walk.roles.since(roles)
    stopped = outcome.walked is not None
    clean = not made and (outcome.walked is None or step_of(walk.chain.migrations[outcome.walked]).transactional)
    if outcome.kept and (made or stopped):
        walk.server.drop(outcome.kept)
        outcome = replace(outcome, kept=None)
    if clean:
        return replace(outcome, end=there.database)
    walk.server.drop(there.database)
    walk.server.drop_roles(made)
    return outcome


def _walked(walk: Walk, there: Lane) -> Outcome:
    # Of files that are known already this was said; where a branch parted, nothing is known of those before.
    found = [] if NAME in walk.prior else [finding for step in walk.before for finding in _wrapped(step)]
    alone: set[str] = set()
    known = tables(there)
    kept = None
    for number, step in enumerate(walk.steps(NAME)):
        if walk.cut == len(walk.before) + number:
            kept = there.copy()
        found += _wrapped(step)
        seen = there.attempt_and_see(step)
        if isinstance(seen, Failed):
            return _failed(walk, number, step, seen, found)
        if seen is None:
            known = tables(there)
        elif known.isdisjoint(seen):
            alone.add(step.file)
        known |= seen or frozenset()
    return Outcome(tuple(found), alone=frozenset(alone), kept=kept)


def _failed(walk: Walk, number: int, step: Step, failed: Failed, found: list[Finding]) -> Outcome:
    behind = walk.chain.migrations[number + 1 :]
    missing = walk.server.explain(failed.failure.sqlstate, failed.failure.message) or _forbidden(failed)
    if missing:
        not_checked = [NotChecked(step.file, missing)]
    else:
        not_checked = []
        said = findings.failed(NAME, failed, "fails on a database that has all the files before it")
        found.append(findings.told(said, walk.script_before(said.message, step).files([step])))
    reason = f"{step.migration.path.name}, before it, does not apply"
    return Outcome(
        tuple(found), not_checked=(*not_checked, *(NotChecked(m.file, reason) for m in behind)), walked=number
    )


def _forbidden(failed: Failed) -> str | None:
    """Why a statement that only a superuser may run, there or elsewhere, says nothing about the file."""
    refused = failed.failure.sqlstate == _INSUFFICIENT_PRIVILEGE
    sentence = failed.failure.sentence
    if refused and (failed.statement.kind in _FOR_SUPERUSERS or _OF_THE_SERVER.search(sentence)):
        return f"statement {failed.statement.index} needs a superuser here ({sentence})"
    return None


def _wrapped(step: Step) -> list[Finding]:
    return [
        findings.at(
            NAME,
            statement,
            f"`{statement.text}` in the file: `schemactl apply` refuses it, since it opens the transaction itself",
            hint="Remove it; the file runs in one transaction without it.",
        )
        for statement in step.wrapping
    ]
