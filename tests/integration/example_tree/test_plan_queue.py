"""System D: the queue's functions, called as its workers call them. Time passes by moving rows into the past."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.integration.example_tree.conftest import ADA, Session, refused, value

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def plan() -> dict[str, dict[str, dict[str, object]]]:
    """A sound weekly plan."""
    return {
        "days": {
            day: {
                "workout": {"name": "run", "minutes": 30},
                "nutrition": {"total_kcal": 2100, "protein_g": 120.5, "meals": [{"name": "soup"}]},
                "recovery": {"supplement_card": {"name": "magnesium"}},
                "reason": "a steady week",
            }
            for day in DAYS
        }
    }


SOUND = json.dumps(plan())
CREATE = "select job_id, job_status, created from public.create_plan_job(%s, %s, '{}', %s)"
CLAIM = "select id, lease_token from public.claim_next_plan_job(%s)"
COMPLETE = "select public.complete_plan_job(%s, %s, %s)"
FAIL = "select public.fail_plan_job(%s, %s, %s, %s)"
FAIL_NOW = "select public.fail_plan_job(%s, %s, %s, %s, p_backoff => '0')"
LOST = "PJ001"


@dataclass(frozen=True)
class Claim:
    job: UUID
    token: UUID


def create(worker: Session, regenerate: bool = False, max_retries: int = 3) -> UUID:
    job, _, _ = value(worker, CREATE, ADA, regenerate, max_retries)
    assert isinstance(job, UUID)
    return job


def claim(worker: Session, name: str = "w") -> Claim | None:
    row = value(worker, CLAIM, name)
    return None if row is None else Claim(*row)


def claimed(worker: Session, name: str = "w") -> Claim:
    found = claim(worker, name)
    assert found is not None
    return found


def job(worker: Session, key: UUID, columns: str = "status") -> Any:
    return value(worker, f"select {columns} from public.plan_generation_jobs where id = %s", key)


def expire_lease(worker: Session, key: UUID) -> None:
    worker.execute(
        "update public.plan_generation_jobs set lease_expires_at = now() - interval '1 second' where id = %s", [key]
    )


def make_due(worker: Session, key: UUID) -> None:
    worker.execute("update public.plan_generation_jobs set run_after = now() where id = %s", [key])


def by_failing(worker: Session, held: Claim) -> None:
    value(worker, FAIL_NOW, held.job, held.token, "AI_TIMEOUT", "too slow")


def by_dying(worker: Session, held: Claim) -> None:
    expire_lease(worker, held.job)
    assert value(worker, "select public.reset_stuck_plan_jobs()") == 1
    make_due(worker, held.job)


@pytest.mark.parametrize("end", [by_failing, by_dying])
@pytest.mark.parametrize("max_retries", [0, 1, 2, 5])
def test_a_job_starts_at_most_so_often(worker: Session, max_retries: int, end):
    key = create(worker, max_retries=max_retries)
    starts = 0
    while held := claim(worker):
        starts += 1
        assert starts <= 6
        end(worker, held)
    assert starts == max(1, max_retries)
    assert job(worker, key, "status, retry_count") == ("failed", starts)
    code, message, ended = job(worker, key, "error_code, error_message, completed_at is not null")
    assert code == ("AI_TIMEOUT" if end is by_failing else "UNEXPECTED_ERROR")
    assert message
    assert ended
    attempts = worker.execute(
        "select attempt_number, outcome from public.plan_generation_attempts where job_id = %s order by 1", [key]
    ).fetchall()
    outcome = "failed" if end is by_failing else "lease_expired"
    assert attempts == [(number, outcome) for number in range(1, starts + 1)]


def test_a_failed_attempt_waits_longer_each_time(worker: Session):
    key = create(worker, max_retries=20)
    waits: list[int] = []
    while len(waits) < 9:
        held = claimed(worker)
        assert value(worker, FAIL, held.job, held.token, "AI_RATE_LIMIT", "slow down") == "pending"
        assert claim(worker) is None
        waits.append(job(worker, key, "round(extract(epoch from run_after - clock_timestamp()))::integer"))
        make_due(worker, key)
    assert waits == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]


def test_a_failure_that_cannot_be_mended_ends_the_job(worker: Session):
    key = create(worker)
    held = claimed(worker)
    assert value(worker, "select public.fail_plan_job(%s, %s, null, ' ', false)", held.job, held.token) == "failed"
    assert job(worker, key, "retry_count, error_code, error_message") == (
        1,
        "UNEXPECTED_ERROR",
        "the worker gave no message",
    )


def test_an_unknown_code_is_refused_and_the_claim_kept(worker: Session):
    create(worker)
    held = claimed(worker)
    refused(worker, "23514", FAIL, held.job, held.token, "OUT_OF_LUCK", "x")
    assert value(worker, COMPLETE, held.job, held.token, SOUND) == "completed"


def test_a_worker_whose_lease_was_reset_changes_nothing(worker: Session):
    key = create(worker)
    late = claimed(worker, "late")
    by_dying(worker, late)
    current = claimed(worker, "current")
    assert (current.job, current.token != late.token) == (key, True)

    before = job(worker, key, "to_jsonb(plan_generation_jobs)")
    refused(worker, LOST, COMPLETE, key, late.token, SOUND)
    refused(worker, LOST, FAIL, key, late.token, "AI_TIMEOUT", "x")
    refused(worker, LOST, "select public.heartbeat_plan_job(%s, %s)", key, late.token)
    assert job(worker, key, "to_jsonb(plan_generation_jobs)") == before

    assert value(worker, COMPLETE, key, current.token, SOUND) == "completed"
    refused(worker, LOST, COMPLETE, key, late.token, SOUND)
    assert value(worker, "select count(*) from public.weekly_base_plans") == 1


def test_a_claim_without_a_reset_can_still_finish(worker: Session):
    create(worker)
    held = claimed(worker)
    expire_lease(worker, held.job)
    assert value(worker, COMPLETE, held.job, held.token, SOUND) == "completed"
    assert value(worker, "select public.reset_stuck_plan_jobs()") == 0


@pytest.mark.parametrize("token", [None, uuid4()])
def test_no_token_is_no_claim(worker: Session, token: UUID | None):
    key = create(worker)
    refused(worker, LOST, COMPLETE, key, token, SOUND)
    claimed(worker)
    refused(worker, LOST, COMPLETE, key, token, SOUND)
    assert job(worker, key) == "processing"


def test_a_repeated_acknowledgement_is_recognised(worker: Session):
    create(worker)
    held = claimed(worker)
    assert [value(worker, COMPLETE, held.job, held.token, SOUND) for _ in range(3)] == ["completed"] * 3
    assert value(worker, "select count(*) from public.weekly_base_plans") == 1
    refused(worker, LOST, FAIL, held.job, held.token, "AI_TIMEOUT", "x")


def test_a_repeated_failure_counts_once_even_when_others_have_gone_on(worker: Session):
    key = create(worker)
    first = claimed(worker)
    assert value(worker, FAIL_NOW, key, first.token, "AI_TIMEOUT", "x") == "pending"
    assert value(worker, FAIL_NOW, key, first.token, "AI_TIMEOUT", "x") == "pending"
    second = claimed(worker)
    assert value(worker, FAIL_NOW, key, first.token, "AI_TIMEOUT", "x") == "processing"
    assert value(worker, COMPLETE, key, second.token, SOUND) == "completed"
    assert value(worker, FAIL_NOW, key, first.token, "AI_TIMEOUT", "x") == "completed"
    refused(worker, LOST, COMPLETE, key, first.token, SOUND)
    assert job(worker, key, "retry_count") == 1


def test_a_heartbeat_keeps_a_job_from_the_sweep(worker: Session):
    create(worker)
    held = claimed(worker)
    expire_lease(worker, held.job)
    value(worker, "select public.heartbeat_plan_job(%s, %s, '1 hour')", held.job, held.token)
    assert value(worker, "select public.reset_stuck_plan_job(%s)", held.job) is None
    assert value(worker, "select public.reset_stuck_plan_jobs()") == 0


def test_a_lease_has_a_length(worker: Session):
    create(worker)
    for lease in ("0", "-1 second", None):
        refused(worker, "22023", "select public.claim_next_plan_job('w', %s)", lease)


def test_a_finished_plan_replaces_the_active_one(worker: Session, ada: Session, bob: Session):
    for _ in range(2):
        create(worker)
        held = claimed(worker)
        assert value(worker, COMPLETE, held.job, held.token, SOUND) == "completed"
    rows = ada.execute("select is_active, replaced_at is null from public.weekly_base_plans order by created_at")
    assert rows.fetchall() == [(False, False), (True, True)]
    assert bob.execute("select from public.weekly_base_plans").fetchall() == []


def broken(path: str, replacement: object = None) -> str:
    """The sound plan with one place replaced, or removed."""
    document = plan()
    *parents, last = path.split(".")
    place: dict[str, object] = document["days"]  # type: ignore[assignment]
    for parent in parents:
        place = place[parent]  # type: ignore[assignment]
    if replacement is None:
        del place[last]
    else:
        place[last] = replacement
    return json.dumps(document)


@pytest.mark.parametrize(
    ("unsound", "problem"),
    [
        (None, "days: an object"),
        ("null", "days: an object"),
        ("[]", "days: an object"),
        ("{}", "days: an object"),
        ('{"days": []}', "days: an object"),
        (broken("friday"), "friday: the day is missing"),
        (broken("friday", "rest"), "friday: the day is missing"),
        (broken("someday", {}), "someday: not a weekday"),
        (broken("monday.workout"), "monday: workout is missing"),
        (broken("monday.workout", {}), "monday: workout is missing"),
        (broken("tuesday.nutrition"), "tuesday: nutrition.total_kcal is not a positive number"),
        (broken("tuesday.nutrition.total_kcal", "2000"), "tuesday: nutrition.total_kcal is not a positive number"),
        (broken("tuesday.nutrition.protein_g", 0), "tuesday: nutrition.protein_g is not a positive number"),
        (broken("tuesday.nutrition.meals", []), "tuesday: nutrition.meals is empty"),
        (broken("sunday.recovery"), "sunday: recovery.supplement_card is missing"),
        (broken("sunday.recovery.supplement_card"), "sunday: recovery.supplement_card is missing"),
        (broken("sunday.reason", " \n"), "sunday: reason is empty"),
        (broken("sunday.reason", 7), "sunday: reason is empty"),
    ],
)
def test_an_unsound_plan_ends_the_job_and_is_not_stored(worker: Session, unsound: str | None, problem: str):
    key = create(worker)
    held = claimed(worker)
    assert [value(worker, COMPLETE, held.job, held.token, unsound) for _ in range(2)] == ["failed"] * 2
    status, code, message, retries = job(worker, key, "status, error_code, error_message, retry_count")
    assert (status, code, retries) == ("failed", "VALIDATION_FAILED", 1)
    assert problem in message
    assert value(worker, "select count(*) from public.weekly_base_plans") == 0


def test_a_sound_plan_has_no_problems(worker: Session):
    assert value(worker, "select public.weekly_plan_problems(%s)", SOUND) == []


def test_no_role_stores_a_plan_past_the_function(worker: Session, ada: Session):
    for session in (worker, ada):
        refused(session, "42501", "insert into public.weekly_base_plans (user_id, plan) values (%s, '{}')", ADA)
        refused(session, "42501", "update public.weekly_base_plans set plan = '{}'")


def test_a_job_that_nobody_claims_ends(worker: Session):
    key = create(worker)
    assert value(worker, "select public.expire_pending_plan_jobs()") == 0
    worker.execute("update public.plan_generation_jobs set run_after = now() - interval '61 minutes'")
    assert value(worker, "select public.expire_pending_plan_jobs('2 hours')") == 0
    assert value(worker, "select public.expire_pending_plan_jobs()") == 1
    assert job(worker, key, "status, error_code, retry_count") == ("failed", "CONFIG_ERROR", 0)


def test_a_job_without_an_attempt_left_is_not_claimed_but_ends(worker: Session):
    key = create(worker, max_retries=5)
    for _ in range(2):
        by_failing(worker, claimed(worker))
    worker.execute("update public.plan_generation_jobs set max_retries = 2, run_after = now() - interval '2 hours'")
    assert claim(worker) is None
    assert value(worker, "select public.expire_pending_plan_jobs()") == 1
    assert job(worker, key, "status, error_code") == ("failed", "CONFIG_ERROR")


def test_create_returns_the_active_job(worker: Session):
    key = create(worker)
    assert value(worker, CREATE, ADA, False, 3) == (key, "pending", False)
    claimed(worker)
    assert value(worker, CREATE, ADA, False, 3) == (key, "processing", False)


def test_a_regeneration_cancels_the_job_in_flight(worker: Session):
    first = create(worker)
    held = claimed(worker)
    second = create(worker, regenerate=True)
    assert (job(worker, first), job(worker, second)) == ("cancelled", "pending")
    refused(worker, LOST, COMPLETE, first, held.token, SOUND)
    assert value(worker, "select outcome from public.plan_generation_attempts") == "cancelled"


def test_a_regeneration_within_two_weeks_of_the_last_is_refused(worker: Session):
    create(worker, regenerate=True)
    refused(worker, "PJ002", CREATE, ADA, True, 3)
    held = claimed(worker)
    value(worker, COMPLETE, held.job, held.token, SOUND)
    refused(worker, "PJ002", CREATE, ADA, True, 3)
    worker.execute("update public.plan_generation_jobs set created_at = now() - interval '13 days 23 hours'")
    refused(worker, "PJ002", CREATE, ADA, True, 3)
    worker.execute("update public.plan_generation_jobs set created_at = now() - interval '14 days'")
    create(worker, regenerate=True)


@pytest.mark.parametrize("ending", ["cancelled", "failed"])
def test_a_regeneration_that_came_to_nothing_may_be_repeated(worker: Session, ending: str):
    key = create(worker, regenerate=True)
    if ending == "cancelled":
        value(worker, "select public.cancel_plan_job(%s)", key)
    else:
        held = claimed(worker)
        value(worker, "select public.fail_plan_job(%s, %s, 'CONFIG_ERROR', 'x', false)", held.job, held.token)
    assert job(worker, key) == ending
    assert create(worker, regenerate=True) != key


def test_cancelling_what_has_ended_changes_nothing(worker: Session):
    key = create(worker)
    held = claimed(worker)
    value(worker, COMPLETE, key, held.token, SOUND)
    assert value(worker, "select public.cancel_plan_job(%s)", key) == "completed"
    refused(worker, "P0002", "select public.cancel_plan_job(gen_random_uuid())")
    refused(worker, "P0002", "select public.record_plan_failure(%s, 'failed', 'AI_TIMEOUT', 'x', true, null)", key)


def test_a_person_drives_the_own_job_and_no_other(worker: Session, ada: Session, bob: Session):
    key, status, created = value(ada, "select * from public.create_my_plan_job()")
    assert (status, created) == ("pending", True)
    assert value(ada, "select id from public.get_active_plan_job()") == key
    assert value(worker, "select id from public.get_active_plan_job(%s)", ADA) == key
    assert bob.execute("select id from public.get_active_plan_job(%s)", [ADA]).fetchall() == []
    assert bob.execute("select from public.plan_generation_jobs").fetchall() == []
    refused(bob, "P0002", "select public.cancel_my_plan_job(%s)", key)
    assert value(ada, "select public.cancel_my_plan_job(%s)", key) == "cancelled"
    assert ada.execute("select from public.get_active_plan_job()").fetchall() == []


@pytest.mark.parametrize(
    "call",
    [
        "create_plan_job(gen_random_uuid())",
        "claim_next_plan_job()",
        "heartbeat_plan_job(null, null)",
        "complete_plan_job(null, null, null)",
        "fail_plan_job(null, null, null, null)",
        "reset_stuck_plan_job(null)",
        "reset_stuck_plan_jobs()",
        "expire_pending_plan_jobs()",
        "cancel_plan_job(null)",
        "record_plan_failure(null, null, null, null, null, null)",
    ],
)
def test_users_do_not_call_what_workers_call(ada: Session, anon: Session, call: str):
    refused(ada, "42501", f"select public.{call}")
    refused(anon, "42501", f"select public.{call}")


@pytest.mark.parametrize(
    "change",
    [
        "status = 'processing'",
        "status = 'failed'",
        "error_code = 'AI_TIMEOUT', error_message = 'x'",
        "lease_token = gen_random_uuid(), lease_expires_at = now()",
        "retry_count = 4",
        "max_retries = -1",
    ],
)
def test_the_table_holds_together_whoever_writes_it(worker: Session, change: str):
    create(worker)
    refused(worker, "23514", f"update public.plan_generation_jobs set {change}")
