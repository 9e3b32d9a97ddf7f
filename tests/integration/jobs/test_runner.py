"""The runner on a real queue: what becomes of jobs whose handlers fail, hang, block, or lose their claim."""

import asyncio
import json
import threading
from typing import Any

import psycopg
import pytest
from tests.integration.jobs.conftest import SPECS
from tests.support.killing import until
from tests.support.timing import HeldTime

from schemactl.jobs.claims import Claim
from schemactl.jobs.exercise.stage import Job, Stage
from schemactl.jobs.plans import weekly_plan_problems
from schemactl.jobs.spec import Spec
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.worker import Job as Work
from schemactl.jobs.worker import JobFailed, Result, Runner, Settings, Totals
from schemactl.jobs.worker.handlers import Handle, Handler, Validate

QUEUE = [spec for spec in SPECS if spec.name == "weekly_plans"]
THUMBNAILS = [spec for spec in SPECS if spec.name == "generations"]
only_queue = pytest.mark.parametrize("spec", QUEUE, ids=lambda spec: spec.name)
only_thumbnails = pytest.mark.parametrize("spec", THUMBNAILS, ids=lambda spec: spec.name)


def runner(
    stage: Stage, handle: Handle, *, timeout: float = 30.0, validate: Validate | None = None, **settings: Any
) -> Runner:
    chosen = Settings(**{"drain": True, "timing": HeldTime(), **settings})
    handler = Handler(stage.spec.name, handle, timeout, validate)
    return Runner(stage.database.superuser_dsn, stage.spec, handler, chosen)


def run(stage: Stage, handle: Handle, **more: Any) -> Totals:
    return asyncio.run(runner(stage, handle, **more).run())


def handing(stage: Stage) -> Handle:
    async def handle(_job: Work) -> Result:
        return stage.result

    return handle


def raising(error: Exception) -> Handle:
    async def handle(_job: Work) -> None:
        raise error

    return handle


def outcome(stage: Stage, job: Job) -> tuple[State, str | None]:
    """State and error code, of the last attempt where the job waits again."""
    row = stage.row(job)
    state = stage.spec.state(row)
    if state is State.WAITING:
        found = stage.owner.execute(
            "select error_code from plan_generation_attempts where job_id = %s order by attempt_number desc", [job.id]
        ).fetchone()
        return state, found[0] if found else None
    return state, row[stage.spec.columns.error_code or ""]


def test_jobs_of_every_system_are_carried(stage: Stage):
    jobs = [stage.job() for _ in range(25)]
    totals = run(stage, handing(stage), concurrency=7)
    assert (totals.claimed, totals.done, totals.failed, totals.lost) == (25, 25, 0, 0)
    assert {stage.state(job) for job in jobs} == {State.DONE}


@only_queue
@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (JobFailed(ErrorCode.CONFIG_ERROR, "no key"), State.FAILED, "CONFIG_ERROR"),
        (JobFailed(ErrorCode.VALIDATION_FAILED, "bad"), State.FAILED, "VALIDATION_FAILED"),
        (JobFailed(ErrorCode.AI_RATE_LIMIT, "slow down", retry_after=600), State.WAITING, "AI_RATE_LIMIT"),
        (json.JSONDecodeError("no JSON", "x", 0), State.WAITING, "JSON_PARSE_ERROR"),
        (TimeoutError("the provider timed out"), State.WAITING, "AI_TIMEOUT"),
        (ValueError("surprise"), State.WAITING, "UNEXPECTED_ERROR"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_what_follows_on_an_error(stage: Stage, error: Exception, state: State, code: str):
    job = stage.job()
    totals = run(stage, raising(error))
    assert totals.claimed == 1
    assert outcome(stage, job) == (state, code)


@only_queue
def test_the_other_side_is_asked_again_when_it_said(stage: Stage):
    job = stage.job()
    run(stage, raising(JobFailed(ErrorCode.AI_RATE_LIMIT, "slow down", retry_after=600)))
    row = stage.row(job)
    assert 590 <= (row["run_after"] - row["schemactl_now"]).total_seconds() <= 640


@only_queue
def test_an_attempt_that_outlives_its_time_is_aborted(stage: Stage):
    job = stage.job(max_attempts=1)
    aborted, time = threading.Event(), HeldTime()

    async def handle(_job: Work) -> None:
        time.go(120.0)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            aborted.set()
            raise

    run(stage, handle, timeout=120.0, timing=time)
    assert aborted.is_set()
    assert outcome(stage, job) == (State.FAILED, "AI_TIMEOUT")


@only_queue
def test_a_plan_is_validated_before_it_is_stored(stage: Stage):
    job = stage.job()

    async def handle(_job: Work) -> dict[str, Any]:
        return {"days": {}}

    run(stage, handle, validate=weekly_plan_problems)
    assert outcome(stage, job) == (State.FAILED, "VALIDATION_FAILED")
    assert "monday: the day is missing" in stage.row(job)["error_message"]
    assert stage.owner.execute("select count(*) from weekly_base_plans").fetchone() == (0,)


@only_queue
def test_two_people_get_their_plans(stage: Stage):
    jobs = [stage.job(), stage.job()]
    run(stage, handing(stage), validate=weekly_plan_problems)
    stored = stage.owner.execute("select user_id, plan from weekly_base_plans where is_active").fetchall()
    assert {person for person, _ in stored} == {job.owner for job in jobs}
    assert [weekly_plan_problems(plan) for _, plan in stored] == [[], []]


@only_thumbnails
def test_progress_is_written_through_and_part_of_the_results_is_a_part(stage: Stage):
    job = stage.job()
    seen: list[tuple[int, str]] = []
    child = {"storage_path": "1.png", "public_url": "1.png", "status": "success"}

    async def handle(work: Work) -> Result:
        await work.progress(40, "second prompt")
        row = stage.row(job)
        seen.append((row["progress"], row["current_step"]))
        return Result({"thumbnail_count": 1}, (child,), partial=True)

    run(stage, handle)
    assert seen == [(40, "second prompt")]
    assert stage.state(job) is State.PARTIAL
    assert stage.owner.execute("select count(*) from thumbnails").fetchone() == (1,)


@only_queue
def test_a_result_that_cannot_be_stored_spoils_no_other(stage: Stage):
    good, bad = stage.job(), stage.job()

    async def handle(work: Work) -> Result:
        return stage.result if work.id == good.id else Result({"days": None})

    run(stage, handle)
    assert (stage.state(good), stage.state(bad)) == (State.DONE, State.FAILED)


def test_a_claim_that_is_lost_is_aborted_and_its_result_dropped(stage: Stage):
    job = stage.job(max_attempts=5)
    working, aborted = threading.Event(), threading.Event()

    async def handle(_work: Work) -> Result:
        working.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            aborted.set()
            raise
        return stage.result

    time = HeldTime()
    running = runner(stage, handle, drain=False, timing=time)
    thread = threading.Thread(target=lambda: asyncio.run(running.run()))
    thread.start()
    try:
        assert working.wait(20)
        stage.lease_runs_out(job)
        assert stage.store("sweeper").sweep() == 1
        before = stage.state(job)
        running.stop()
        time.go(10.0)
        assert aborted.wait(20)
    finally:
        running.stop()
        thread.join(30)
    assert running.totals.lost == 1
    assert stage.state(job) is before


@only_queue
def test_a_blocked_event_loop_does_not_starve_the_heart(stage: Stage):
    job, time = stage.job(), HeldTime()
    beaten = threading.Event()

    async def handle(_work: Work) -> Result:
        stage.lease_runs_out(job)  # nobody sweeps meanwhile
        time.go(lease / 3)
        until(lambda: stage.row(job)["lease_expires_at"] > stage.row(job)["schemactl_now"])  # blocks
        beaten.set()
        return stage.result

    lease = 6.0
    asyncio.run(runner(stage, handle, lease=lease, timing=time).run())
    assert beaten.is_set()
    assert stage.state(job) is State.DONE


@only_queue
def test_stopping_lets_running_attempts_end_and_claims_no_more(stage: Stage):
    stage.job()
    done: list[object] = []

    async def handle(work: Work) -> Result:
        running.stop()
        stage.job()
        done.append(work.id)
        return stage.result

    running = runner(stage, handle, drain=False, concurrency=1)
    totals = asyncio.run(running.run())
    assert (totals.claimed, totals.done) == (1, 1)


@only_queue
def test_an_attempt_that_outlives_the_grace_counts_as_failed(stage: Stage):
    job = stage.job()

    async def handle(_work: Work) -> None:
        running.stop()
        await asyncio.Event().wait()

    running = runner(stage, handle, drain=False, grace=0.0)
    asyncio.run(running.run())
    assert outcome(stage, job) == (State.WAITING, "UNEXPECTED_ERROR")


@only_queue
def test_a_listener_wakes_a_worker_that_would_poll_much_later(stage: Stage):
    seen: list[Claim] = []

    async def handle(work: Work) -> Result:
        seen.append(work.claim)
        running.stop()
        return stage.result

    running = runner(stage, handle, drain=False, poll=3600.0)
    thread = threading.Thread(target=lambda: asyncio.run(running.run()))
    thread.start()
    try:
        listening = "select 1 from pg_stat_activity where query like 'LISTEN%%' or query like 'listen%%'"
        until(lambda: stage.owner.execute(listening).fetchone())
        stage.job()
        thread.join(30)
    finally:
        running.stop()
        thread.join(30)
    assert len(seen) == 1


def test_stopping_does_not_wait_for_a_server_that_is_away(spec: Spec):
    running = Runner(
        "host=127.0.0.1 port=1 user=nobody dbname=nothing",
        spec,
        Handler(spec.name, raising(ValueError("never called"))),
        Settings(timing=HeldTime()),
    )
    thread = threading.Thread(target=lambda: asyncio.run(running.run()))
    thread.start()
    until(lambda: running._loop)
    running.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert running.totals == Totals()


@only_queue
def test_what_a_server_that_is_away_does_not_hear_is_left_to_its_lease(stage: Stage):
    job, time = stage.job(), HeldTime()
    away = threading.Event()

    def point(name: str, _claims: tuple[Claim, ...]) -> None:
        if name == "acknowledged":
            away.set()
            raise psycopg.OperationalError("the server is away")

    running = runner(stage, handing(stage), drain=False, timing=time, point=point)
    thread = threading.Thread(target=lambda: asyncio.run(running.run()))
    thread.start()
    assert away.wait(20)
    running.stop()

    def over() -> bool:
        time.go(1.0)
        return not thread.is_alive()

    until(over)
    assert stage.state(job) is State.RUNNING


def test_sessions_that_end_are_opened_again(stage: Stage, spec: Spec):
    jobs = [stage.job() for _ in range(4)]
    ended: list[object] = []

    async def handle(_work: Work) -> Result:
        if not ended:
            ended.append(stage.run("end_sessions", {}))
        return stage.result

    time = HeldTime()
    running = runner(stage, handle, concurrency=2, timing=time)
    thread = threading.Thread(target=lambda: asyncio.run(running.run()))
    thread.start()

    def over() -> bool:
        time.go(0.1)
        return not thread.is_alive()

    until(over)
    assert ended
    assert running.totals.done == 4, spec.name
    assert {stage.state(job) for job in jobs} == {State.DONE}
