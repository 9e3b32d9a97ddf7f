"""System A: two columns on a domain row."""

import psycopg
import pytest
from tests.integration.example_tree.conftest import ADA, EXAMPLE, Session, files, migrate, refused, value

from schemactl.servers import Server

NEW = "insert into public.meal_plans (user_id, title, week_start) values (%s, 'week 1', '2026-01-05') returning id"


def test_rows_that_were_there_survive_and_read_idle(server: Server):
    earlier, later = files(EXAMPLE)[:-3], files(EXAMPLE)[-3:]
    assert [path.name.split("_")[0] for path in later] == ["0046", "0047", "20251130"]
    with server.database("before") as fresh, psycopg.connect(fresh.dsn, autocommit=True) as session:
        for path in earlier:
            migrate(session, path)
        session.execute("insert into auth.users (id) values (%s)", [ADA])
        kept = value(session, NEW.replace("returning id", "returning *"), ADA)
        for path in later:
            migrate(session, path)
        row = value(session, "select * from public.meal_plans")
        assert row[: len(kept)] == kept
        assert row[len(kept) :] == ("idle", None, None, None)


def test_0046_alone_scans_nothing_and_the_next_file_validates(server: Server):
    with server.database("valid") as fresh, psycopg.connect(fresh.dsn, autocommit=True) as session:
        validated = (
            "select conname, convalidated from pg_constraint"
            " where conname like 'meal_plans_generation_%%' and contype = 'c' order by 1"
        )
        for path in files(EXAMPLE)[:-1]:
            migrate(session, path)
        names = ["meal_plans_generation_error_check", "meal_plans_generation_status_check"]
        assert session.execute(validated).fetchall() == [(name, False) for name in names]
        migrate(session, files(EXAMPLE)[-1])
        assert session.execute(validated).fetchall() == [(name, True) for name in names]
        migrate(session, files(EXAMPLE)[-3])
        assert session.execute(validated).fetchall() == [(name, True) for name in names]


@pytest.mark.parametrize("status", ["idle", "generating", "complete"])
def test_every_status_but_error_goes_without_a_message(owner: Session, worker: Session, status: str):
    owner.execute(NEW, [ADA])
    worker.execute("update public.meal_plans set generation_status = %s", [status])
    refused(worker, "23514", "update public.meal_plans set generation_error = 'boom'")


def test_error_needs_a_message_and_other_statuses_do_not_exist(owner: Session, worker: Session):
    owner.execute(NEW, [ADA])
    refused(owner, "23514", "update public.meal_plans set generation_status = 'done'")
    refused(worker, "23514", "update public.meal_plans set generation_status = 'error'")
    worker.execute("update public.meal_plans set generation_status = 'error', generation_error = 'boom'")


def test_a_person_writes_the_own_plan_but_not_its_status(owner: Session, ada: Session, bob: Session):
    value(ada, NEW, ADA)
    assert ada.execute("update public.meal_plans set title = 'mine'").rowcount == 1
    assert bob.execute("update public.meal_plans set title = 'theirs'").rowcount == 0
    refused(bob, "42501", NEW, ADA)
    refused(ada, "42501", "update public.meal_plans set generation_status = 'complete'")
    assert value(ada, "select generation_status from public.meal_plans") == "idle"
    assert value(owner, "select title from public.meal_plans") == "mine"


def test_intake_goes_with_the_own_plan_only(ada: Session, bob: Session):
    plan = value(ada, NEW, ADA)
    intake = "insert into public.meal_plan_intake (meal_plan_id, daily_kcal) values (%s, 2000)"
    refused(bob, "42501", intake, plan)
    ada.execute(intake, [plan])
    assert bob.execute("select from public.meal_plan_intake").fetchall() == []
    assert len(ada.execute("select from public.meal_plan_intake").fetchall()) == 1
