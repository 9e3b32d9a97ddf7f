"""Waiting with a cap, retrying, resetting, and what the doctor says."""

from datetime import UTC, datetime

import pytest
from tests.integration.jobs.conftest import CONFIG, SPECS

from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity
from schemactl.jobs import client, doctor, operate
from schemactl.jobs.exercise.stage import Stage
from schemactl.jobs.states import ErrorCode, State

only_queue = pytest.mark.parametrize("spec", [SPECS[-1]], ids=lambda spec: spec.name)


class Ticking:
    """A clock on which sleeping is all that takes time, and something happens meanwhile."""

    def __init__(self, *events) -> None:
        self.time = 0.0
        self.events = list(events)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        if self.events:
            self.events.pop(0)()


def test_waiting_ends_with_the_job(stage: Stage):
    job = stage.job()
    store, worker = stage.store("client"), stage.store("worker")
    claims = []
    clock = Ticking(lambda: claims.extend(worker.claim("worker")), lambda: worker.complete(claims[0], stage.result))
    seen: list[State] = []
    waited = client.wait(store, job.id, clock=clock, watch=lambda state, _seconds, _progress: seen.append(state))
    assert (waited.state, waited.seconds, waited.capped) == (State.DONE, 2.0, False)
    assert seen == [State.WAITING, State.RUNNING, State.DONE]


def test_waiting_has_a_cap_and_cleans_up(stage: Stage):
    job = stage.job()
    waited = client.wait(stage.store("client"), job.id, cap=900.0, clock=Ticking())
    cancellable = State.CANCELLED in stage.spec.labels
    assert (waited.seconds, waited.capped, waited.cleaned) == (900.0, True, cancellable)
    assert waited.may_retry
    assert stage.state(job) is (State.CANCELLED if cancellable else State.WAITING)


def test_a_failed_job_says_why_and_may_be_asked_for_again(stage: Stage):
    job = stage.job()
    store = stage.store("worker")
    store.fail(store.claim("worker")[0], ErrorCode.CONFIG_ERROR, "no key", retryable=False)
    waited = client.wait(store, job.id, clock=Ticking())
    assert "no key" in (waited.message or "")
    assert waited.may_retry
    again = client.retry(store, job.id)
    assert store.state(again) is State.WAITING


def test_a_job_that_is_not_there_is_an_error(stage: Stage):
    with pytest.raises(UsageError, match="there is no job"):
        client.wait(stage.store("client"), "00000000-0000-0000-0000-000000000000", clock=Ticking())


@only_queue
def test_finished_jobs_feed_the_estimate(stage: Stage):
    assert client.expected(stage.store("client")) is None
    for seconds in (10, 20, 30):
        job = stage.job()
        store = stage.store("worker")
        store.complete(store.claim("worker")[0], stage.result)
        stage.owner.execute(
            "update plan_generation_jobs set started_at = completed_at - make_interval(secs => %s) where id = %s",
            [seconds, job.id],
        )
    found = client.expected(stage.store("client"))
    assert found
    assert (round(found.half), found.jobs) == (20, 3)


def rules(stage: Stage) -> dict[str, Severity]:
    return {one.rule: one.severity for one in doctor.report([doctor.examine(stage.store("doctor"))]).findings}


def test_a_healthy_table_has_no_complaints(stage: Stage):
    stage.job()
    stage.job()
    stage.store("worker").claim("worker")
    assert rules(stage) == {}


def test_watching_looks_again_when_the_time_has_passed(stage: Stage):
    clock = Ticking(stage.job)
    dsn = stage.database.superuser_dsn
    looks = list(operate.watch(CONFIG, dsn, stage.spec.name, every=7.0, times=2, clock=clock))
    assert ["0 jobs" in looks[0].summary, "1 job:" in looks[1].summary, clock.time] == [True, True, 7.0]


def test_a_stuck_job_is_an_error(stage: Stage):
    job = stage.job()
    stage.store("worker").claim("worker")
    stage.lease_runs_out(job)
    assert rules(stage) == {"job-stuck": Severity.ERROR}


def test_a_job_that_never_leaves_waiting_is_an_error(stage: Stage):
    if stage.spec.states.waiting == stage.spec.states.running:
        pytest.skip("what waits and what runs share a label here")
    stage.wait_passes(stage.job(), 2 * 3600.0)
    assert rules(stage) == {"job-never-claimed": Severity.ERROR}


@only_queue
def test_failures_of_one_kind_are_a_cluster(stage: Stage):
    store = stage.store("worker")
    for number in range(7):
        stage.job(max_attempts=1)
        code = ErrorCode.AI_TIMEOUT if number else ErrorCode.CONFIG_ERROR
        store.fail(store.claim("worker")[0], code, "it broke")
    assert rules(stage) == {"job-error-cluster": Severity.WARNING}
