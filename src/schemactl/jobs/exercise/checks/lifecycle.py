"""Every legal transition leads where it should, and every illegal one changes nothing."""

import json
from collections.abc import Callable, Iterator

from schemactl.core.errors import UsageError
from schemactl.jobs.claims import Claim, ClaimLost, Result
from schemactl.jobs.exercise.breach import Breach
from schemactl.jobs.exercise.places import of_call
from schemactl.jobs.exercise.stage import Job, Stage
from schemactl.jobs.states import TRANSITIONS, Call, ErrorCode, State
from schemactl.jobs.store import Store


def run(stage: Stage) -> Iterator[Breach]:
    """Try every call in every state that this table has."""
    for call in _CALLS:
        if not _exists(stage, call):
            continue
        wrong = []
        for state in (State.WAITING, State.RUNNING, State.DONE, State.FAILED, State.CANCELLED):
            seen = _try(stage, state, call) if state in stage.spec.labels else None
            if seen:
                wrong.append((f"of a job that is {state}: it is {seen} afterwards", stage.script()))
        if wrong:
            yield _breach(stage, call, wrong)
    yield from _unsound(stage)


def _try(stage: Stage, state: State, call: Call) -> State | str | None:
    """Where the call led if that is not where it may lead; a text when it was refused though it is legal."""
    import psycopg

    stage.fresh()
    job = stage.job(max_attempts=1)
    store = stage.store("worker")
    claim = _bring(stage, store, job, state)
    refused = ""
    try:
        _CALLS[call](stage, store, job, claim)
    except (ClaimLost, UsageError, psycopg.Error) as error:
        refused = str(error).splitlines()[0]
    after = stage.state(job)
    legal = TRANSITIONS.get((state, call))
    if legal is None:
        return None if after is state else after
    return None if after in legal else (refused or after)


def _bring(stage: Stage, store: Store, job: Job, state: State) -> Claim:
    """Bring the job into a state; the claim that brought it there, or one that never was."""
    if state in (State.WAITING, State.CANCELLED):
        if state is State.CANCELLED:
            store.cancel(job.id)
        return Claim(job.id, job.owner, 0, {})  # a token that is nobody's
    (claim,) = store.claim("worker")
    if state is State.DONE:
        store.complete(claim, stage.result)
    elif state is State.FAILED:
        while store.fail(claim, ErrorCode.CONFIG_ERROR, "it broke", retryable=False) is State.WAITING:
            stage.wait_passes(job, 0.0)
            (claim,) = store.claim("worker")
    return claim


def _exists(stage: Stage, call: Call) -> bool:
    """Whether this table has the call; what lacks a sweep or an expiry is told by the check of the workers."""
    store = Store(stage.owner, stage.spec)
    missing = {
        Call.CANCEL: State.CANCELLED not in stage.spec.labels,
        Call.SWEEP: not store.sweeps,
        Call.EXPIRE: not store.expires,
    }
    return not missing.get(call, False)


def _breach(stage: Stage, call: Call, wrong: list[tuple[str, str]]) -> Breach:
    return Breach(
        "job-transition",
        of_call(stage.spec, call.value),
        f"{call} {'; '.join(message for message, _ in wrong)}",
        "Write down in the WHERE of each call from which state it may start.",
        wrong[0][1],
    )


def _unsound(stage: Stage) -> Iterator[Breach]:
    """A result that must be refused ends the job as failed, with a code, and is not stored."""
    if stage.spec.config.unsound is None or not Store(stage.owner, stage.spec).fenced:
        return
    stage.fresh()
    job = stage.job()
    store = stage.store("worker")
    (claim,) = store.claim("worker")
    store.complete(claim, Result(json.loads(stage.spec.config.unsound)))
    row, columns = stage.row(job), stage.spec.columns
    code = row[columns.error_code] if columns.error_code else ErrorCode.VALIDATION_FAILED
    if stage.spec.state(row) is not State.FAILED or code != ErrorCode.VALIDATION_FAILED:
        seen = f"with a result that must be refused: the job is {stage.spec.state(row)}, its code {code}"
        yield _breach(stage, Call.COMPLETE, [(seen, stage.script())])


def _complete(stage: Stage, store: Store, job: Job, claim: Claim) -> None:
    del job
    store.complete(claim, stage.result)


def _fail(stage: Stage, store: Store, job: Job, claim: Claim) -> None:
    del stage, job
    store.fail(claim, ErrorCode.UNEXPECTED_ERROR, "it broke")


def _sweep(stage: Stage, store: Store, job: Job, claim: Claim) -> None:
    del claim
    stage.lease_runs_out(job)
    store.sweep()


def _expire(stage: Stage, store: Store, job: Job, claim: Claim) -> None:
    del claim
    stage.wait_passes(job, 10.0)
    store.expire(1.0)


_CALLS: dict[Call, Callable[[Stage, Store, Job, Claim], None]] = {
    Call.CLAIM: lambda _stage, store, _job, _claim: void(store.claim("worker")),
    Call.HEARTBEAT: lambda _stage, store, _job, claim: void(store.heartbeat([claim])),
    Call.COMPLETE: _complete,
    Call.FAIL: _fail,
    Call.CANCEL: lambda _stage, store, job, _claim: void(store.cancel(job.id)),
    Call.SWEEP: _sweep,
    Call.EXPIRE: _expire,
}


def void(_value: object) -> None:
    """Drop a value."""
