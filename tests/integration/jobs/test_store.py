"""One set of promises for every system, whether its queue is schemactl's own SQL or the schema's functions."""

from dataclasses import replace

import psycopg
import pytest

from schemactl.core.config_jobs import JobColumns, JobConfig
from schemactl.jobs.claims import Claim, ClaimLost, Result
from schemactl.jobs.exercise.stage import Job, Stage
from schemactl.jobs.spec import Spec
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.store import Store
from schemactl.servers import Server


def taken(store: Store) -> Claim:
    (claim,) = store.claim("worker")
    return claim


def test_a_job_is_claimed_once_and_carries_its_token(stage: Stage):
    job = stage.job()
    store = stage.store("worker")
    claim = taken(store)
    assert (claim.id, claim.attempt) == (job.id, 1)
    assert claim.token is not None
    assert store.claim("worker") == []
    assert stage.state(job) is State.RUNNING


def test_a_result_is_stored_and_the_same_call_again_changes_nothing(stage: Stage):
    job = stage.job()
    store = stage.store("worker")
    claim = taken(store)
    assert store.complete(claim, stage.result) is State.DONE
    before = stage.row(job)
    assert store.complete(claim, stage.result) is State.DONE
    assert {**stage.row(job), "schemactl_now": None} == {**before, "schemactl_now": None}
    for column in stage.spec.columns.results:
        assert before[column] == stage.result.values[column]


def test_a_batch_tells_which_claims_were_lost(stage: Stage):
    jobs = [stage.job(max_attempts=5) for _ in range(3)]
    store = stage.store("worker")
    claims = store.claim("worker", limit=10)
    assert len(claims) == 3
    stage.lease_runs_out(jobs[1])
    assert store.sweep() == 1
    assert store.heartbeat(claims) == [claim for claim in claims if claim.id == jobs[1].id]
    lost = store.complete_all([(claim, stage.result) for claim in claims])
    assert [claim.id for claim in lost] == [jobs[1].id]
    assert stage.state(jobs[0]) is stage.state(jobs[2]) is State.DONE
    assert stage.state(jobs[1]) is not State.DONE


def test_a_batch_that_holds_a_lost_and_a_live_claim_on_one_job_loses_one(stage: Stage):
    job, _, late = lost_claim(stage)
    store = stage.store("worker three")
    stage.lease_runs_out(job)
    store.sweep()
    stage.wait_passes(job, 0.0)
    if stage.state(job) is State.FAILED:
        stage.start(job)
    live = taken(store)
    assert store.heartbeat([late, live]) == [late]
    assert store.complete_all([(late, stage.result), (live, stage.result)]) == [late]
    assert stage.state(job) is State.DONE


@pytest.mark.parametrize("key", ["plain", 'a "quoted", one', "{}", "NULL", "\\"])
def test_keys_may_be_any_text(embedded_server: Server, key: str):
    table = """
    create table public.notes (
      id text primary key, status text not null default 'pending', created_at timestamptz default now(),
      lease_token uuid, lease_expires_at timestamptz
    )"""
    spec = Spec(
        "notes",
        JobConfig(
            table="public.notes",
            columns=JobColumns(lease_token="lease_token", lease_expires_at="lease_expires_at"),
        ),
    )
    with (
        embedded_server.database("notes") as database,
        psycopg.connect(database.superuser_dsn, autocommit=True) as session,
    ):
        session.execute(table)
        session.execute("insert into notes (id) values (%s)", [key])
        store = Store(session, spec)
        claim = taken(store)
        assert (claim.id, store.heartbeat([claim])) == (key, [])
        assert store.complete_all([(claim, Result())]) == []
        assert store.complete_all([(claim, Result())]) == []
        assert store.state(key) is State.DONE


@pytest.mark.parametrize("call", ["complete", "fail", "progress", "heartbeat"])
def test_a_lost_claim_changes_nothing(stage: Stage, call: str):
    job, store, late = lost_claim(stage)
    before = stage.row(job)
    if call == "heartbeat":
        assert store.heartbeat([late]) == [late]
    elif call == "progress" and not stage.spec.columns.progress:
        store.progress(late, 10)
    else:
        with pytest.raises(ClaimLost):
            speak(stage, store, late, call)
    assert {**stage.row(job), "schemactl_now": None} == {**before, "schemactl_now": None}


def speak(stage: Stage, store: Store, claim: Claim, call: str) -> None:
    match call:
        case "complete":
            store.complete(claim, stage.result)
        case "fail":
            store.fail(claim, ErrorCode.UNEXPECTED_ERROR, "late")
        case _:
            store.progress(claim, 10)


def lost_claim(stage: Stage) -> tuple[Job, Store, Claim]:
    """A claim of a worker that paused for too long, while another one has the job."""
    job = stage.job(max_attempts=5)
    store = stage.store("worker one")
    late = taken(store)
    stage.lease_runs_out(job)
    assert store.sweep() == 1
    stage.wait_passes(job, 0.0)
    if stage.state(job) is State.FAILED:
        stage.start(job)
    assert taken(stage.store("worker two")).token != late.token
    return job, store, late


def test_a_live_lease_is_not_swept(stage: Stage):
    stage.job()
    store = stage.store("worker")
    taken(store)
    assert store.sweep() == 0


def test_a_failure_that_is_repeated_counts_once(stage: Stage):
    job = stage.job(max_attempts=5)
    store = stage.store("worker")
    claim = taken(store)
    first = store.fail(claim, ErrorCode.AI_TIMEOUT, "slow")
    before = stage.row(job)
    assert store.fail(claim, ErrorCode.AI_TIMEOUT, "slow") is first
    assert {**stage.row(job), "schemactl_now": None} == {**before, "schemactl_now": None}


def test_a_failed_job_says_why(stage: Stage):
    job = stage.job()
    store = stage.store("worker")
    assert store.fail(taken(store), ErrorCode.CONFIG_ERROR, "no key", retryable=False) is State.FAILED
    row, columns = stage.row(job), stage.spec.columns
    assert columns.error_message
    assert "no key" in row[columns.error_message]
    assert "CONFIG_ERROR" in row[columns.error_code or columns.error_message]


def test_a_job_that_nobody_claims_ends(stage: Stage):
    young, old = stage.job(), stage.job()
    stage.wait_passes(old, 7200.0)
    store = stage.store("sweeper")
    assert store.expire(3600.0) == 1
    assert (stage.state(young), stage.state(old)) == (State.WAITING, State.FAILED)


def test_a_backoff_delays_the_next_attempt(stage: Stage):
    if not stage.spec.columns.due:
        pytest.skip("this table has no column for it")
    job = stage.job(max_attempts=5)
    store = stage.store("worker")
    store.fail(taken(store), ErrorCode.AI_RATE_LIMIT, "slow down", backoff=60.0)
    assert store.claim("worker") == []
    stage.wait_passes(job, 0.0)
    assert taken(store).attempt == 2


def test_an_exhausted_row_takes_no_place(stage: Stage):
    if not stage.spec.columns.attempts:
        pytest.skip("nothing counts here")
    used_up, fresh = stage.job(max_attempts=5), stage.job(max_attempts=5)
    store = stage.store("worker", replace(stage.spec, config=replace(stage.spec.config, limit=5)))
    exhaust = f"update {stage.spec.config.table} set {stage.spec.columns.attempts} = 5 where id = %s"
    stage.owner.execute(exhaust.encode(), [used_up.id])
    stage.wait_passes(used_up, 100.0)
    claim = taken(store)
    assert claim.id == fresh.id


def test_cancelling_takes_the_job_from_its_worker(stage: Stage):
    if State.CANCELLED not in stage.spec.labels:
        pytest.skip("nothing is cancelled here")
    job = stage.job()
    store = stage.store("worker")
    claim = taken(store)
    assert store.cancel(job.id) is State.CANCELLED
    with pytest.raises(ClaimLost):
        store.complete(claim, stage.result)
    assert stage.state(job) is State.CANCELLED


def test_starting_what_is_under_way_starts_nothing(stage: Stage):
    job = stage.job()
    store = stage.store("client")
    for _ in range(2):
        again = store.create(job.owner) if stage.spec.functions.create else store.start(job.id)
        assert (again.id, again.created) == (job.id, False)
    taken(stage.store("worker"))
    running = store.create(job.owner) if stage.spec.functions.create else store.start(job.id)
    assert (running.state, running.created) == (State.RUNNING, False)


def test_children_come_with_the_end_or_not_at_all(stage: Stage, spec: Spec):
    if not spec.config.children.table:
        pytest.skip("this job has no children")
    job = stage.job()
    store = stage.store("worker")
    claim = taken(store)
    child = {"storage_path": "a.png", "public_url": "a.png", "status": "success"}
    assert store.complete(claim, Result({"thumbnail_count": 1}, (child, child), partial=True)) is State.PARTIAL
    store.complete(claim, Result({"thumbnail_count": 1}, (child, child), partial=True))
    count = stage.owner.execute("select count(*) from thumbnails where generation_id = %s", [job.id]).fetchone()
    assert count == (2,)


def test_only_what_has_ended_is_pruned(stage: Stage):
    if not stage.spec.columns.completed:
        pytest.skip("this table does not say when a job ended")
    ended, waiting = stage.job(), stage.job()
    store = stage.store("worker")
    (claim,) = [claim for claim in store.claim("worker", limit=2) if claim.id == ended.id]
    store.complete(claim, stage.result)
    assert store.prune(3600.0) == 0
    assert store.prune(-1.0) == 1
    assert store.read(ended.id) is None
    assert store.read(waiting.id) is not None
