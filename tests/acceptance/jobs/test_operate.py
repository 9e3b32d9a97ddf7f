"""Jobs on a live database, from the command line: created, worked on, looked at, cancelled, reset."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests.support.program import Outcome, run

from schemactl.jobs.exercise import tree
from schemactl.jobs.plans import weekly_plan_problems
from schemactl.migrations.files import load
from schemactl.servers import Database, Server

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests/cases/jobs"
ADA, BOB, EVE = (str(UUID(int=number)) for number in (1, 2, 3))


@pytest.fixture
def live(embedded_server: Server) -> Iterator[Database]:
    """A database with the example tree and three people."""

    def build(database: Database) -> None:
        folder = load(ROOT / "migrations")
        tree.apply(folder, tree.scripts(folder), database)
        with psycopg.connect(database.dsn, autocommit=True) as session:
            for person in (ADA, BOB, EVE):
                session.execute("insert into auth.users (id, email) values (%s, %s)", [person, f"{person}@example.org"])

    copy = embedded_server.clone(embedded_server.template("live jobs", build))
    yield copy
    embedded_server.drop(copy)


def jobs(live: Database, *arguments: str) -> Outcome:
    command, *rest = arguments
    return run("jobs", command, *rest, "--config", ROOT / "schemactl.toml", "--database", live.dsn, cwd=CASES)


def created(live: Database, person: str) -> str:
    found = jobs(live, "start", "weekly_plans", person, "--format", "json")
    assert found.code == 0, found
    return str(found.json["jobs_status"]["job"])


def test_plans_are_created_made_and_stored_and_an_unsound_one_is_not(live: Database):
    keys = {person: created(live, person) for person in (ADA, BOB, EVE)}
    worked = jobs(live, "work", "plan_worker", "--drain")
    assert worked.code == 0, worked.err
    assert "2 done, 1 failed" in worked.err
    with psycopg.connect(live.superuser_dsn) as session:
        stored = session.execute("select user_id::text, plan from weekly_base_plans where is_active").fetchall()
    assert {person for person, _ in stored} == {ADA, BOB}
    assert [weekly_plan_problems(plan) for _, plan in stored] == [[], []]
    for person in (ADA, BOB):
        assert jobs(live, "status", "weekly_plans", keys[person], "--wait").code == 0
    failed = jobs(live, "status", "weekly_plans", keys[EVE], "--format", "json")
    assert (failed.code, failed.json["jobs_status"]["error_code"]) == (1, "VALIDATION_FAILED")
    assert "sunday: the day is missing" in failed.json["jobs_status"]["error_message"]


def test_every_log_line_is_an_object_with_the_job(live: Database):
    key = created(live, EVE)
    lines = [json.loads(line) for line in jobs(live, "work", "plan_worker", "--drain").err.splitlines() if "{" in line]
    own = [line for line in lines if line.get("job") == key]
    assert [line["event"] for line in own] == ["started", "failed", "ended"]
    assert own[1]["error_code"] == "VALIDATION_FAILED"
    assert [line["status"] for line in own] == ["running", "running", "failed"]
    assert [line["retry_count"] for line in own] == [0, 0, 1]
    assert own[2]["error_code"] == "VALIDATION_FAILED"


def test_a_second_start_says_that_it_started_nothing(live: Database):
    assert created(live, ADA) == created(live, ADA)
    assert "nothing was started" in jobs(live, "start", "weekly_plans", ADA).out


def test_a_job_that_nobody_works_on_is_given_up_at_the_cap(live: Database):
    waited = jobs(live, "start", "weekly_plans", ADA, "--wait", "--cap", "0")
    assert waited.code == 1
    assert "it was cancelled" in " ".join(waited.out.split())
    assert f"schemactl jobs start weekly_plans {ADA}" in " ".join(waited.err.split())


def test_a_job_is_cancelled_once(live: Database):
    key = created(live, ADA)
    assert "cancelled" in jobs(live, "cancel", "weekly_plans", key).out
    assert "had ended already" not in jobs(live, "cancel", "weekly_plans", key).out
    assert jobs(live, "cancel", "weekly_plans", BOB).code == 2


def test_the_doctor_finds_a_dead_worker_and_reset_mends_it(live: Database):
    created(live, ADA)
    assert jobs(live, "doctor").code == 0
    with psycopg.connect(live.superuser_dsn, autocommit=True) as session:
        session.execute("select claim_next_plan_job('dead', '1 hour')")
        session.execute("update plan_generation_jobs set lease_expires_at = clock_timestamp() - interval '1 second'")
    sick = jobs(live, "doctor", "--format", "json")
    assert (sick.code, [one["rule"] for one in sick.json["findings"]]) == (1, ["job-stuck"])
    assert "1 job reset" in jobs(live, "reset", "weekly_plans").out
    assert jobs(live, "doctor").code == 0


def test_watch_shows_the_jobs_by_state(live: Database):
    created(live, ADA)
    shown = jobs(live, "watch", "weekly_plans", "--times", "1")
    assert shown.code == 0
    assert shown.out.count("pending") == 1


def test_a_job_that_ended_is_asked_for_again(live: Database):
    key = created(live, ADA)
    assert "nothing was started" in jobs(live, "retry", "weekly_plans", key).out
    jobs(live, "cancel", "weekly_plans", key)
    again = jobs(live, "retry", "weekly_plans", key, "--format", "json")
    assert (again.code, again.json["jobs_status"]["state"]) == (0, "waiting")
    assert str(again.json["jobs_status"]["job"]) not in ("", key)


def test_waiting_has_a_command_of_its_own(live: Database):
    key = created(live, ADA)
    waited = jobs(live, "wait", "weekly_plans", key, "--cap", "0")
    assert waited.code == 1
    assert "it was cancelled" in " ".join(waited.out.split())
    assert jobs(live, "wait", "weekly_plans", key).code == 0


def test_old_jobs_are_pruned_and_young_ones_stay(live: Database):
    for person in (ADA, BOB, EVE):
        jobs(live, "cancel", "weekly_plans", created(live, person))
    waiting = created(live, ADA)
    with psycopg.connect(live.superuser_dsn, autocommit=True) as session:
        session.execute(
            "update plan_generation_jobs set completed_at = now() - interval '40 days' where user_id in (%s, %s)",
            [ADA, BOB],
        )
    would = jobs(live, "prune", "weekly_plans", "--older-than", "30d", "--dry-run", "--format", "json")
    assert (would.code, would.json["jobs_prune"]["found"]) == (0, {"cancelled": 2})
    assert (would.json["jobs_prune"]["deleted"], left(live)) == (0, 4)
    said = jobs(live, "prune", "weekly_plans", "--older-than", "30d", "--dry-run")
    assert "nothing was changed" in " ".join(said.out.split())
    pruned = jobs(live, "prune", "weekly_plans", "--older-than", "30d", "--batch", "1", "--format", "json")
    assert (pruned.code, pruned.json["jobs_prune"]["deleted"], left(live)) == (0, 2, 2)
    assert jobs(live, "status", "weekly_plans", waiting).code == 0
    assert "0 jobs" in jobs(live, "prune", "weekly_plans", "--older-than", "30d").out


def left(live: Database) -> int:
    with psycopg.connect(live.superuser_dsn) as session:
        row = session.execute("select count(*) from plan_generation_jobs").fetchone()
    assert row
    return int(row[0])


def test_a_worker_does_not_wait_for_a_server_that_never_was_there():
    nowhere = "host=127.0.0.1 port=1 dbname=nothing"
    said = run("jobs", "work", "plan_worker", "--config", ROOT / "schemactl.toml", "--database", nowhere, cwd=CASES)
    assert said.code == 3
    assert "cannot reach" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("status", "weekly_plan", ADA), "Did you mean `weekly_plans`?"),
        (("status", "weekly_plans", ADA), "there is no job"),
        (("status", "weekly_plans", "seven"), "uuid"),
        (("cancel", "song_variants", ADA), "cannot be cancelled"),
        (("start", "weekly_plans", str(UUID(int=99))), "is not present in table"),
        (("work", "no_such_module"), "cannot be imported"),
        (("prune", "weekly_plans", "--older-than", "a month"), "`a month` is no age"),
        (("prune", "weekly_plans", "--older-than", "5 years"), "no age"),
        (("prune", "song_variants", "--older-than", "30d"), "--with-results"),
        (("prune", "meal_plans", "--older-than", "30d", "--with-results"), "does not say when a job ended"),
        (("retry", "weekly_plans", ADA), "there is no job"),
        (("work", "json"), "has no `worker`"),
    ],
)
def test_what_cannot_be_done_is_said(live: Database, arguments: tuple[str, ...], words: str):
    said = jobs(live, *arguments)
    assert said.code == 2
    assert words in said.err
