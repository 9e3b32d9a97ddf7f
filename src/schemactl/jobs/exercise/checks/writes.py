"""Every write that the runner needs succeeds in the role it has.

A trigger that names a column which the table lacks, a missing grant, a policy that hides the row: each shows only when
a row is written.
"""

import re
from collections.abc import Iterator

from schemactl.db.sqlstates import describe
from schemactl.db.statement_failure import Failure, failure_of
from schemactl.jobs.claims import Claim, ClaimLost
from schemactl.jobs.exercise.breach import Breach, Where
from schemactl.jobs.exercise.stage import Stage
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.store import Store


def run(stage: Stage) -> Iterator[Breach]:
    """Claim, show progress, beat, complete, fail, cancel, sweep and expire, as the runner does."""
    import psycopg

    for attempt in (_complete, _fail, _cancel, _sweep_and_expire):
        stage.fresh()
        try:
            attempt(stage, stage.store("worker"))
        except psycopg.Error as error:
            yield _breach(stage, failure_of(error.diag, error))
            return
        except (IndexError, ClaimLost) as error:
            yield _unseen(stage, error)
            return


def _claimed(stage: Stage, store: Store) -> Claim:
    stage.job()
    return store.claim("worker")[0]


def _complete(stage: Stage, store: Store) -> None:
    claim = _claimed(stage, store)
    store.progress(claim, 50, "half way")
    store.heartbeat([claim])
    store.complete(claim, stage.result)


def _fail(stage: Stage, store: Store) -> None:
    store.fail(_claimed(stage, store), ErrorCode.UNEXPECTED_ERROR, "it broke", retryable=False)


def _cancel(stage: Stage, store: Store) -> None:
    if State.CANCELLED in stage.spec.labels:
        store.cancel(stage.job().id)


def _sweep_and_expire(stage: Stage, store: Store) -> None:
    job = stage.job()
    store.claim("worker")
    stage.lease_runs_out(job)
    store.sweep()
    other = stage.job()
    stage.wait_passes(other)
    store.expire(0.0)


def _unseen(stage: Stage, error: Exception) -> Breach:
    role = stage.spec.config.role or "the connection's role"
    return Breach(
        "job-not-writable",
        Where("table", stage.spec.config.table),
        f"as {role} a job that waits cannot be claimed and ended: {error}",
        "Row security or a grant hides the rows from the runner.",
        stage.script(),
    )


def _breach(stage: Stage, failure: Failure) -> Breach:
    words = f"{describe(failure.sqlstate)}: {failure.sentence}"
    role = stage.spec.config.role or "the connection's role"
    if failure.sqlstate == "42501":
        message = f"the runner's role {role} may not do what the runner does: {words}"
        hint = f"Grant {role} what the runner needs, or name another role."
        return Breach("job-not-writable", Where("table", stage.spec.config.table), message, hint, stage.script())
    trigger = _trigger(stage, failure.context or "")
    where = Where("trigger", trigger, stage.spec.config.table) if trigger else Where("table", stage.spec.config.table)
    message = f"every update of {stage.spec.config.table} fails: {words}"
    hint = "Give the table what the trigger writes, or drop the trigger." if trigger else "No job can be carried."
    return Breach("job-update-fails", where, message, hint, stage.script())


def _trigger(stage: Stage, context: str) -> str | None:
    """The table's trigger whose function failed."""
    called = re.search(r"function (\S+)\(", context)
    if not called:
        return None
    schema, table = stage.spec.table
    values = {"function": called[1].rpartition(".")[2], "schema_name": schema, "table_name": table}
    rows = stage.run("triggers", values)
    return str(rows[0]["name"]) if rows else None
