"""Workers die, stall and come back, and the job is neither stuck nor done twice.

A dead worker's job is given to another, a job that nobody claims ends, a worker that wakes after its lease changes
nothing, and an acknowledgement repeated because its answer was lost is recognised.
"""

from collections.abc import Callable, Iterator

from schemactl.jobs.claims import Claim, ClaimLost
from schemactl.jobs.exercise.breach import Breach, Where
from schemactl.jobs.exercise.places import of_call
from schemactl.jobs.exercise.stage import Job, Stage
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.store import Store

LONG = 10 * 365 * 86400.0


def run(stage: Stage) -> Iterator[Breach]:
    """Let workers die, jobs wait, and late ones speak."""
    for check in (_dead_worker, _never_claimed, _lost_claim, _repeated):
        stage.fresh()
        yield from check(stage)


def _dead_worker(stage: Stage) -> Iterator[Breach]:
    job = stage.job()
    stage.store("worker one").claim("worker one")
    stage.journal.note("worker one is killed here; its lease, if it has one, runs out")
    stage.lease_runs_out(job)
    store = stage.store("sweeper")
    store.sweep()
    state = stage.state(job)
    if state is State.RUNNING:
        store.expire(0.0)
        stage.journal.note(f"the job still reads {stage.spec.states.running}, and always will")
        yield Breach(
            "job-dead-worker",
            of_call(stage.spec, "claim"),
            f"a worker that dies leaves its job `{stage.spec.states.running}` for ever: "
            + ("nothing looks for expired leases" if stage.spec.leased else "a claim has no lease"),
            "Give a claim a token and a lease on the database's clock, and sweep `processing` jobs whose lease has "
            "expired: each counts as one failed attempt.",
            stage.script(),
        )


def _never_claimed(stage: Stage) -> Iterator[Breach]:
    job = stage.job()
    stage.journal.note("no worker comes, for ten years")
    stage.wait_passes(job, LONG)
    store = stage.store("sweeper")
    store.sweep()
    store.expire()
    if stage.state(job) is State.WAITING:
        yield Breach(
            "job-never-claimed",
            Where("table", stage.spec.config.table),
            f"a job that nobody claims stays `{stage.spec.states.waiting}` for ever: nothing ends it",
            "Fail jobs that have been due for too long, with a code and a message.",
            stage.script(),
        )


def _lost_claim(stage: Stage) -> Iterator[Breach]:
    if not _can_be_lost(stage):
        return
    wrong = {}
    for call, speak in SPEECHES.items():
        for finished in (False, True):
            stage.fresh()
            seen = _late(stage, speak, finished=finished)
            if seen:
                wrong[call] = seen
    if wrong:
        first = next(iter(wrong))
        calls = "; ".join(f"{call} {message}" for call, (message, _) in wrong.items())
        yield Breach(
            "job-lost-claim",
            of_call(stage.spec, first),
            f"a worker whose claim was lost still writes to the newer attempt: {calls}",
            "Draw a token at every claim, ask for it in every later call, and refuse one that is not the job's.",
            wrong[first][1],
        )


def _can_be_lost(stage: Stage) -> bool:
    """Whether anything takes a job from a worker; otherwise no claim is ever lost, and jobs stay stuck instead."""
    return bool(stage.spec.functions.reset) or Store(stage.owner, stage.spec).sweeps


def _late(stage: Stage, speak: Callable[[Stage, Store, Claim], object], *, finished: bool) -> tuple[str, str] | None:
    """Let a first worker speak after a second one has the job, or has finished it."""
    job = stage.job(max_attempts=5)
    one, two = stage.store("worker one"), stage.store("worker two")
    (late,) = one.claim("worker one")
    taken = _taken(stage, job, two)
    if taken is None:
        return None
    if finished:
        two.complete(taken, stage.result)
    before = stage.row(job)
    stage.journal.note("worker one wakes up")
    try:
        answer = speak(stage, one, late)
    except ClaimLost:
        answer = None
    except Exception as error:  # noqa: BLE001 - any refusal by the server is a refusal
        stage.journal.note(f"refused: {str(error).splitlines()[0]}")
        answer = None
    after = stage.row(job)
    changed = {name for name, value in after.items() if name != "schemactl_now" and value != before[name]}
    if changed:
        return f"changes {', '.join(sorted(changed))}", stage.script()
    return ("is told that it succeeded", stage.script()) if answer is not None else None


def _taken(stage: Stage, job: Job, two: Store) -> Claim | None:
    """The second worker's claim, after the first one's lease has run out or an operator has reset the job."""
    stage.lease_runs_out(job)
    two.reset(job.id)
    stage.wait_passes(job, 0.0)
    if stage.state(job) is State.FAILED:  # one attempt only: asked for again
        stage.start(job)
    claims = two.claim("worker two")
    return claims[0] if claims else None


def _complete(stage: Stage, store: Store, claim: Claim) -> object:
    return store.complete(claim, stage.result)


def _fail(stage: Stage, store: Store, claim: Claim) -> object:
    del stage
    return store.fail(claim, ErrorCode.UNEXPECTED_ERROR, "late")


def _heartbeat(stage: Stage, store: Store, claim: Claim) -> object:
    del stage
    return None if store.heartbeat([claim]) or not store.spec.leased else "alive"


SPEECHES: dict[str, Callable[[Stage, Store, Claim], object]] = {
    "complete": _complete,
    "fail": _fail,
    "heartbeat": _heartbeat,
}


def _repeated(stage: Stage) -> Iterator[Breach]:
    """An acknowledgement whose answer was lost is sent again: the same answer, and nothing counted twice."""
    if not Store(stage.owner, stage.spec).fenced:
        return
    for call in ("complete", "fail"):
        stage.fresh()
        job = stage.job(max_attempts=5)
        store = stage.store("worker")
        (claim,) = store.claim("worker")
        try:
            first = SPEECHES[call](stage, store, claim)
            before = stage.row(job)
            second = SPEECHES[call](stage, store, claim)
            after = stage.row(job)
        except ClaimLost:
            first, second, before, after = "recorded", "lost", {}, {}
        moved = {name for name in after if name != "schemactl_now" and after[name] != before[name]}
        if first != second or moved:
            yield Breach(
                "job-repeated-call",
                of_call(stage.spec, call),
                f"{call}, repeated because its answer was lost, says {second} after {first}"
                + (f" and changes {', '.join(sorted(moved))}" if moved else ""),
                "Remember the token of the attempt that ended, and give its repetition the same answer.",
                stage.script(),
            )
