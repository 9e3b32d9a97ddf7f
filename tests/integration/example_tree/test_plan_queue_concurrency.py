"""System D under several sessions at once."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
from tests.integration.example_tree.conftest import ADA, Session, World, refused, value
from tests.integration.example_tree.test_plan_queue import (
    CLAIM,
    COMPLETE,
    CREATE,
    FAIL_NOW,
    LOST,
    SOUND,
    claimed,
    create,
    expire_lease,
    job,
)

WORKERS, PEOPLE = 6, 60


def test_two_open_claims_never_meet_on_one_job(world: World, owner: Session):
    people(owner, 2)
    first, second, third = (world.session("service_role") for _ in range(3))
    with first.transaction(), second.transaction():
        jobs = {value(first, CLAIM, "first")[0], value(second, CLAIM, "second")[0]}
        assert len(jobs) == 2
        assert value(third, CLAIM, "third") is None


def test_many_workers_do_every_job_once(world: World, owner: Session, worker: Session):
    jobs = people(owner, PEOPLE)

    def work(session: Session) -> list[UUID]:
        done = []
        while row := value(session, CLAIM, "w"):
            assert value(session, COMPLETE, *row, SOUND) == "completed"
            done.append(row[0])
        return done

    with ThreadPoolExecutor(WORKERS) as pool:
        done = [key for keys in pool.map(work, [world.session("service_role") for _ in range(WORKERS)]) for key in keys]
    assert sorted(done) == sorted(jobs)
    assert value(worker, "select count(*), count(distinct user_id) from public.weekly_base_plans") == (PEOPLE, PEOPLE)
    assert value(worker, "select count(*) from public.plan_generation_attempts where outcome = 'completed'") == PEOPLE


def test_many_creators_make_one_job(world: World):
    def start(session: Session) -> list[tuple[UUID, str, bool]]:
        return [value(session, CREATE, ADA, False, 3) for _ in range(10)]

    with ThreadPoolExecutor(WORKERS) as pool:
        sessions = [world.session("service_role") for _ in range(WORKERS)]
        answers = [answer for some in pool.map(start, sessions) for answer in some]
    assert len({key for key, _, _ in answers}) == 1
    assert [created for _, _, created in answers].count(True) == 1


def test_of_many_regenerations_one_is_let_through(world: World):
    def regenerate(session: Session) -> str:
        try:
            value(session, CREATE, ADA, True, 3)
        except psycopg.Error as error:
            return error.sqlstate or ""
        return "made"

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(regenerate, [world.session("service_role") for _ in range(WORKERS)]))
    assert sorted(answers) == ["PJ002"] * (WORKERS - 1) + ["made"]


def test_the_sweep_passes_over_a_job_that_is_being_finished(world: World, worker: Session):
    create(worker)
    held = claimed(worker)
    expire_lease(worker, held.job)
    finisher = world.session("service_role")
    with finisher.transaction():
        assert value(finisher, COMPLETE, held.job, held.token, SOUND) == "completed"
        assert value(worker, "select public.reset_stuck_plan_jobs()") == 0
    assert job(worker, held.job) == "completed"


def test_a_reset_that_waited_for_the_finisher_leaves_the_result(world: World, worker: Session):
    create(worker)
    held = claimed(worker)
    expire_lease(worker, held.job)
    finisher, resetter = world.session("service_role"), world.session("service_role")
    with ThreadPoolExecutor(1) as pool:
        with finisher.transaction():
            value(finisher, COMPLETE, held.job, held.token, SOUND)
            waiting = pool.submit(value, resetter, "select public.reset_stuck_plan_job(%s)", held.job)
            until_blocked(worker, resetter, waiting)
        assert waiting.result() is None
    assert job(worker, held.job) == "completed"


def test_of_a_cancel_and_a_failure_at_once_the_first_wins(world: World, worker: Session):
    create(worker)
    held = claimed(worker)
    canceller, failer = world.session("service_role"), world.session("service_role")
    with ThreadPoolExecutor(1) as pool:
        with canceller.transaction():
            assert value(canceller, "select public.cancel_plan_job(%s)", held.job) == "cancelled"
            waiting = pool.submit(refused, failer, LOST, FAIL_NOW, held.job, held.token, "AI_TIMEOUT", "x")
            until_blocked(worker, failer, waiting)
        waiting.result()
    assert job(worker, held.job, "status, retry_count") == ("cancelled", 0)


def people(owner: Session, count: int) -> list[UUID]:
    """So many more people, each with a job."""
    owner.execute(
        "insert into auth.users (id, email)"
        " select gen_random_uuid(), n || '@example.org' from generate_series(1, %s) as n",
        [count],
    )
    query = "select (public.create_plan_job(id)).job_id from auth.users where email like '%%@example.org' and id > %s"
    made = [row[0] for row in owner.execute(query, [UUID(int=1000)])]
    assert len(made) == count
    return made


def until_blocked(observer: Session, session: Session, waiting: Future[Any]) -> None:
    """Return once `session`, in which `waiting` runs, waits for a lock."""
    while not value(observer, "select cardinality(pg_blocking_pids(%s)) > 0", session.info.backend_pid):
        assert not waiting.done(), "nothing was locked"
