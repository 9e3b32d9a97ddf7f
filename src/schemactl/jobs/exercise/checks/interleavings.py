"""Calls of three workers, a sweeper and a client on two jobs, in any order that chance gives, against a model.

After every step each job must be in a state that the model allows, with as many failed attempts, an error and a dead
letter exactly when it failed. A call by a claim that is no longer the job's must change nothing, and one that is
repeated must be recognised. What breaks is shrunk to the shortest order that breaks it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from schemactl.jobs.claims import ClaimLost
from schemactl.jobs.exercise.breach import Breach, Figure, Where
from schemactl.jobs.exercise.journal import Journal
from schemactl.jobs.exercise.model import Expected, Held
from schemactl.jobs.exercise.stage import Stage
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.store import Store

WORKERS, JOBS, LONGEST = 3, 2, 30
WAITED, UNCLAIMED = 100.0, 50.0

Step = tuple[str, int, int]


class _Broken(Exception):
    """A rule does not hold; the message says which."""


@dataclass
class _Play:
    """One interleaving under way."""

    stage: Stage
    stores: list[Store]
    jobs: list[Expected]
    held: list[Held | None] = field(default_factory=lambda: [None] * WORKERS)


def run(stage: Stage) -> Iterator[Breach | Figure]:
    """As many interleavings as the stage asks for; the shortest that breaks, if any does."""
    from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
    from hypothesis import strategies as st

    stage.fresh()
    stores = [stage.store(f"worker {number + 1}") for number in range(WORKERS)]
    steps = st.tuples(st.sampled_from(sorted(_steps(stage))), st.integers(0, WORKERS - 1), st.integers(0, JOBS - 1))
    played: list[int] = []
    broken: list[tuple[str, str]] = []

    @seed(stage.effort.seed)
    @settings(
        max_examples=stage.effort.interleavings,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
    )
    @given(st.lists(steps, min_size=5, max_size=LONGEST))
    def play(script: list[Step]) -> None:
        played.append(len(script))
        try:
            _play(stage, stores, script)
        except _Broken as error:
            broken[:] = [(str(error), stage.journal.script())]
            raise

    try:
        play()
    except _Broken:
        message, script = broken[0]
        yield Breach(
            "job-interleaving",
            Where("table", stage.spec.config.table),
            f"an order of calls breaks a rule: {message} (seed {stage.effort.seed})",
            "The script is the shortest order that was found.",
            script,
        )
    yield Figure(f"{len(played):,} orders, {sum(played):,} calls")


def _play(stage: Stage, stores: list[Store], script: list[Step]) -> None:
    import psycopg

    stage.run("clear", {})
    stage.journal = Journal(stage.owner)
    for number, store in enumerate(stores):
        store.watcher = stage.journal.session(f"worker {number + 1}", stage.spec.config.role)
    jobs = [Expected(stage.job(), 1) for _ in range(JOBS)]
    for one in jobs:
        one.allowed = stage.spec.attempts_allowed(stage.row(one.job))
    play = _Play(stage, stores, jobs)
    known = _steps(stage)
    for name, worker, number in script:
        try:
            known[name](play, worker, play.jobs[number])
        except psycopg.Error as error:
            raise _Broken(f"{name} fails: {str(error).splitlines()[0]}") from error
        for one in play.jobs:
            _check(play, one, name)


def _steps(stage: Stage) -> dict[str, Callable[[_Play, int, Expected], None]]:
    """The steps that this table has."""
    known: dict[str, Callable[[_Play, int, Expected], None]] = {
        "claim": _claim,
        "complete": _complete,
        "fail": _fail,
        "heartbeat": _heartbeat,
        "lease runs out": _lease_runs_out,
        "sweep": _sweep,
        "backoff passes": _backoff_passes,
        "nobody comes": _nobody_comes,
        "expire": _expire,
        "start": _start,
    }
    if State.CANCELLED in stage.spec.labels:
        known["cancel"] = _cancel
    return known


def _claim(play: _Play, worker: int, _job: Expected) -> None:
    claims = play.stores[worker].claim(f"worker {worker + 1}")
    if not claims:
        missed = [one for one in play.jobs if one.claimable]
        _require(not missed, "a job that is due is not given out")
        return
    found = next((one for one in play.jobs if one.job.id == claims[0].id), None)
    _require(found is not None and found.claimable is not False, "a job is given out that nobody may have")
    if found:
        _require(found.holder is None, "a job is given to two workers")
        play.held[worker] = found.claimed(claims[0])
        _require(found.starts <= found.allowed, f"a job starts {found.starts} times instead of {found.allowed}")


def _complete(play: _Play, worker: int, _job: Expected) -> None:
    held = play.held[worker]
    if held and _said(play, held, "complete", lambda: play.stores[worker].complete(held.claim, play.stage.result)):
        held.job.ended("complete", State.DONE)


def _fail(play: _Play, worker: int, job: Expected) -> None:
    held, retryable = play.held[worker], job is play.jobs[0]
    code = ErrorCode.UNEXPECTED_ERROR if retryable else ErrorCode.CONFIG_ERROR
    if held and _said(
        play, held, "fail", lambda: play.stores[worker].fail(held.claim, code, "it broke", retryable=retryable)
    ):
        held.job.due = True
        held.job.failed("fail", retryable=retryable)


def _heartbeat(play: _Play, worker: int, _job: Expected) -> None:
    held = play.held[worker]
    if not held:
        return
    live, before = held.live, play.stage.row(held.job.job)
    lost = play.stores[worker].heartbeat([held.claim])
    _require(bool(lost) is not live, f"a heartbeat takes a claim for {'lost' if live else 'live'}")
    if live:
        held.job.expired = False
    else:
        _unchanged(before, play.stage.row(held.job.job), "heartbeat")


def _lease_runs_out(play: _Play, _worker: int, job: Expected) -> None:
    play.stage.lease_runs_out(job.job)
    job.expired = job.state is State.RUNNING


def _sweep(play: _Play, worker: int, _job: Expected) -> None:
    play.stores[worker].sweep()
    for one in play.jobs:
        if one.state is State.RUNNING and one.expired:
            one.failed("sweep")
            one.due = None


def _backoff_passes(play: _Play, _worker: int, job: Expected) -> None:
    play.stage.wait_passes(job.job, 0.0)
    if job.state is State.WAITING:
        job.due, job.waited = True, False


def _nobody_comes(play: _Play, _worker: int, job: Expected) -> None:
    play.stage.wait_passes(job.job, WAITED)
    if job.state is State.WAITING:
        job.due, job.waited = True, True


def _expire(play: _Play, worker: int, _job: Expected) -> None:
    play.stores[worker].expire(UNCLAIMED)
    for one in play.jobs:
        if one.state is State.WAITING and one.waited is not False:
            one.last = None
            if one.waited:
                one.set(State.FAILED)
            else:
                one.set(State.WAITING, State.FAILED)


def _cancel(play: _Play, worker: int, job: Expected) -> None:
    play.stores[worker].cancel(job.job.id)
    if not job.state.final:
        job.ended("cancel", State.CANCELLED)
        job.last = None


def _start(play: _Play, _worker: int, job: Expected) -> None:
    import psycopg

    try:
        begun = play.stage.start(job.job)
    except psycopg.errors.IntegrityError:
        # A table may keep what is done as it is.
        _require(job.state in (State.DONE, State.PARTIAL), f"a job that is {job.state} cannot be started again")
        return
    if job.state.final:
        job.begun(begun)
    else:
        _require(begun.id == job.job.id, "a second job is begun beside one that is under way")


def _said(play: _Play, held: Held, call: str, say: Callable[[], object]) -> bool:
    """Make a call with a claim; whether it counts. One that does not must change nothing."""
    live, before = held.live, play.stage.row(held.job.job)
    try:
        say()
    except ClaimLost:
        _require(not live, f"{call} by a live claim is told that it is lost")
        repeated = held.ended == call and held.job.last is held
        _require(not repeated, f"{call}, repeated, is told that its claim is lost")
    if not live:
        _unchanged(before, play.stage.row(held.job.job), call)
    return live


def _unchanged(before: dict[str, Any], after: dict[str, Any], call: str) -> None:
    moved = sorted(name for name in after if name != "schemactl_now" and after[name] != before[name])
    _require(not moved, f"{call} by a claim that is not the job's changes {', '.join(moved)}")


def _check(play: _Play, one: Expected, step: str) -> None:
    """The job is as it must be."""
    stage, columns = play.stage, play.stage.spec.columns
    row = stage.row(one.job)
    state = stage.spec.state(row)
    words = " or ".join(sorted(one.may))
    _require(state in one.may, f"after {step} a job is {state} instead of {words}")
    if state is not one.state or len(one.may) > 1:
        one.set(state)
    if columns.attempts:
        counted = row[columns.attempts]
        _require(
            counted == one.failures, f"after {step} {counted} failed attempts are counted instead of {one.failures}"
        )
    for column in (columns.error_code, columns.error_message):
        if column:
            told = row[column] is not None
            _require(told == (state is State.FAILED), f"after {step} {column} is {'set' if told else 'missing'}")
    if stage.spec.config.dead_letters.table and state is State.FAILED:
        letters = stage.letters(one.job)
        _require(letters == 1, f"after {step} there are {letters} dead letters of a failed job")


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise _Broken(message)
