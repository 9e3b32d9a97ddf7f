"""A job starts at most max(1, limit) times, however its attempts end.

Limits of 0, 1, 2 and 5, where the table or the specification has one, each with attempts that end in an exception, in a
time-out, in a crash, and in a cancel; and the error stands exactly where the job failed.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from schemactl.jobs.claims import Claim, ClaimLost
from schemactl.jobs.exercise.breach import Breach
from schemactl.jobs.exercise.places import of_call
from schemactl.jobs.exercise.stage import Job, Stage
from schemactl.jobs.spec import Spec
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.store import Store

LIMITS = (0, 1, 2, 5)
TOO_MANY = 12


def _exception(stage: Stage, store: Store, claim: Claim, job: Job) -> None:
    del stage, job
    store.fail(claim, ErrorCode.UNEXPECTED_ERROR, "it broke")


def _time_out(stage: Stage, store: Store, claim: Claim, job: Job) -> None:
    del stage, job
    store.fail(claim, ErrorCode.AI_TIMEOUT, "it took too long")


def _crash(stage: Stage, store: Store, claim: Claim, job: Job) -> None:
    del claim
    stage.lease_runs_out(job)
    store.sweep()


def _cancel(stage: Stage, store: Store, claim: Claim, job: Job) -> None:
    del stage, claim
    store.cancel(job.id)


Ending = Callable[[Stage, Store, Claim, Job], None]
ENDINGS: dict[str, tuple[str, Ending]] = {
    "exception": ("fail", _exception),
    "time-out": ("fail", _time_out),
    "crash": ("sweep", _crash),
    "cancel": ("cancel", _cancel),
}


def run(stage: Stage) -> Iterator[Breach]:
    """Run jobs out of attempts in every way; one finding for each call that counts wrong."""
    for call, endings in _by_call(stage).items():
        wrong = [seen for name in endings for limit in _limits(stage.spec) if (seen := _starts(stage, name, limit))]
        if wrong:
            yield Breach(
                "job-attempt-limit",
                of_call(stage.spec, call),
                f"a job starts too often: {'; '.join(message for message, _ in wrong)}",
                "Count the failed attempt first, and fail the job when the count reaches the limit: "
                "`retry_count + 1 >= max_retries`.",
                wrong[0][1],
            )


def _by_call(stage: Stage) -> dict[str, list[str]]:
    """The ways to end an attempt that this table has, by the call that counts it."""
    store = Store(stage.owner, stage.spec)
    found: dict[str, list[str]] = {"fail": ["exception", "time-out"]}
    if store.sweeps:
        found["sweep"] = ["crash"]
    if State.CANCELLED in stage.spec.labels:
        found["cancel"] = ["cancel"]
    return found


def _limits(spec: Spec) -> tuple[int, ...]:
    return LIMITS if spec.columns.attempts else (1,)


def _starts(stage: Stage, ending: str, limit: int) -> tuple[str, str] | None:
    """What went wrong, and its script; None when the job started as often as it may."""
    stage.fresh()
    spec = replace(stage.spec, config=replace(stage.spec.config, limit=limit))
    job = stage.job(max_attempts=limit)
    store = stage.store("worker", spec)
    allowed = 1 if ending == "cancel" else max(1, limit)
    starts, (_, end) = 0, ENDINGS[ending]
    while starts < TOO_MANY:
        claims = store.claim("worker")
        if not claims:
            break
        starts += 1
        try:
            end(stage, store, claims[0], job)
        except ClaimLost:
            return f"limit {limit}, {ending}: a live claim is told to be lost", stage.script()
        stage.wait_passes(job, 0.0)
    state = stage.state(job)
    wanted = State.CANCELLED if ending == "cancel" else State.FAILED
    if starts != allowed:
        return f"limit {limit}, {ending}: {starts} starts instead of {allowed}", stage.script()
    if state is not wanted:
        return f"limit {limit}, {ending}: the job ends {state} instead of {wanted}", stage.script()
    return _error(stage, job, f"limit {limit}, {ending}", stage.script())


def _error(stage: Stage, job: Job, when: str, script: str) -> tuple[str, str] | None:
    """The error stands exactly when the job failed."""
    row, columns = stage.row(job), stage.spec.columns
    failed = stage.spec.state(row) is State.FAILED
    for column in (columns.error_code, columns.error_message):
        if column and (row[column] is not None) != failed:
            return (
                f"{when}: {column} is {'missing' if failed else 'set'} on a job that is {stage.spec.state(row)}",
                script,
            )
    return None
