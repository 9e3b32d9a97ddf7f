"""The plans as first written show each defect of their README.md, where it says; the example tree does not.

Each test runs on both: what the plans do is seen to be a defect, and seen to be mended.
"""

import json
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.integration.example_tree.conftest import (
    ADA,
    BOB,
    EXAMPLE,
    PLANS,
    Session,
    World,
    files,
    refused,
    statements,
    value,
)

DEFECTS = json.loads((PLANS.parent / "defects.json").read_text(encoding="utf-8"))["defects"]
LOCATIONS = [(defect["number"], location) for defect in DEFECTS for location in defect["locations"]]


def locations(*numbers: int) -> list[dict[str, Any]]:
    return [location for number, location in LOCATIONS if number in numbers]


@pytest.fixture
def planned(plans: World) -> Session:
    return plans.session()


def test_the_list_is_complete():
    assert [defect["number"] for defect in DEFECTS] == list(range(1, 21))


@pytest.mark.parametrize(("number", "location"), LOCATIONS)
def test_each_location_lies_in_its_statement(number: int, location: dict[str, Any]):
    statement = statements(PLANS.parent / location["file"])[location["statement"] - 1]
    name = location["object"].removeprefix("public.").split(".")
    lines = statement.text.splitlines()
    assert statement.line <= location["line"] < statement.line + len(lines)
    assert all(part in statement.text for part in name)
    if number in {9, 12, 13}:
        assert lines[location["line"] - statement.line].split()[0] == name[1]


def test_types_call_the_nullable_columns_non_null():
    types = (PLANS.parent / "types.ts").read_text(encoding="utf-8").splitlines()
    for location in locations(9):
        line = types[location["types"]["line"] - 1]
        assert line.strip().startswith(location["object"].rpartition(".")[2] + ":")
        assert "null" not in line


def test_readme_and_defects_agree():
    readme = (PLANS.parent / "README.md").read_text(encoding="utf-8")
    for defect in DEFECTS:
        row = next(line for line in readme.splitlines() if line.startswith(f"| {defect['number']} |"))
        assert defect["evidence"] in row
        for location in defect["locations"]:
            assert f"{location['statement']} (line {location['line']})" in row


def test_the_base_tables_are_those_of_the_example_tree():
    base = [path.name for path in files(PLANS) if path.name[:4] in {"0001", "0002", "0044", "0045"}]
    assert len(base) == 4
    for name in base:
        assert (PLANS / name).read_bytes() == (EXAMPLE / name).read_bytes()
    later = {"0047_meal_plan_queue.sql"}  # an index that no plan thought of
    assert [path.name for path in files(PLANS)] == [path.name for path in files(EXAMPLE) if path.name not in later]


def failures_when_run_again(session: Session, folder: Path) -> set[tuple[str, int, str]]:
    found = set()
    for path in files(folder):
        for statement in statements(path):
            try:
                session.execute(statement.text)
            except psycopg.Error as error:
                found.add((f"migrations/{path.name}", statement.index, error.sqlstate or ""))
    return found


def test_1_and_4_exactly_these_statements_fail_when_run_again(planned: Session, owner: Session):
    listed = {(place["file"], place["statement"], place["sqlstate"]) for place in locations(1, 4)}
    assert failures_when_run_again(planned, PLANS) == listed
    assert failures_when_run_again(owner, EXAMPLE) == set()


def test_3_the_error_text_goes_with_any_status(planned: Session, owner: Session):
    new = "insert into public.meal_plans (user_id, title, week_start) values (%s, 'x', '2026-01-05')"
    for change in ("generation_status = 'error'", "generation_status = 'complete', generation_error = 'x'"):
        for session, accepted in ((planned, True), (owner, False)):
            session.execute(new, [ADA])
            if accepted:
                session.execute(f"update public.meal_plans set {change}")
            else:
                refused(session, "23514", f"update public.meal_plans set {change}")


def test_5_anon_lists_tokens(plans: World, planned: Session, owner: Session, anon: Session, order):
    everything = "select distinct user_id from public.song_variants where share_token is not null order by 1"
    for session in (planned, owner):
        order(session, ADA)
        order(session, BOB)
    assert plans.session("anon").execute(everything).fetchall() == [(ADA,), (BOB,)]
    refused(anon, "42501", everything)


@pytest.mark.parametrize(
    "change", ["storage_path = 'x'", "generation_status = 'failed'", "share_token = gen_random_uuid()"]
)
def test_6_the_owner_writes_any_column(
    plans: World, planned: Session, owner: Session, ada: Session, order, change: str
):
    for session in (planned, owner):
        order(session, ADA)
    assert plans.session("authenticated", ADA).execute(f"update public.song_variants set {change}").rowcount == 1
    refused(ada, "42501", f"update public.song_variants set {change}")


def test_6_the_owner_moves_a_variant_to_the_order_of_another(plans: World, planned: Session, order):
    order(planned, BOB)
    theirs = value(planned, "select id from public.orders")
    mine = order(planned, ADA)
    moved = plans.session("authenticated", ADA).execute(
        "update public.song_variants set order_id = %s, variant_number = 2 where id = %s", [theirs, mine]
    )
    assert moved.rowcount == 1


def test_7_the_token_has_two_indexes(planned: Session, owner: Session):
    indexes = (
        "select count(*) from pg_index where indrelid = 'public.song_variants'::regclass and indkey::text ="
        " (select attnum::text from pg_attribute where attrelid = indrelid and attname = 'share_token')"
    )
    assert (value(planned, indexes), value(owner, indexes)) == (2, 1)


def test_8_exactly_these_policies_call_uid_once_a_row(planned: Session, owner: Session):
    bare = "(^|[^T]) auth\\.uid\\(\\)|^\\(auth\\.uid\\(\\)"
    query = (
        "select 'public.' || tablename || '.' || policyname from pg_policies"
        " where qual ~ %s or with_check ~ %s order by 1"
    )
    listed = sorted({place["object"] for place in locations(8)})
    assert [name for (name,) in planned.execute(query, [bare, bare])] == listed
    assert owner.execute(query, [bare, bare]).fetchall() == []


def test_9_exactly_these_columns_have_a_default_and_take_null(planned: Session, owner: Session):
    query = (
        "select 'public.' || c.relname || '.' || a.attname"
        " from pg_attribute as a join pg_class as c on c.oid = a.attrelid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.atthasdef and not a.attnotnull"
    )
    assert {name for (name,) in planned.execute(query)} == {place["object"] for place in locations(9)}
    assert owner.execute(query).fetchall() == []


NEW_GENERATION = (
    "insert into public.generations (user_id, portrait_url, keywords, background_count)"
    " values (%s, 'u', 'k', 1) returning id"
)


def test_10_and_11_anon_reaches_the_trigger_of_a_stranger(
    plans: World, planned: Session, owner: Session, anon: Session
):
    for session in (planned, owner):
        session.execute(NEW_GENERATION, [ADA])
    blind = "update public.generations set status = 'failed'"
    refused(plans.session("anon"), "42703", blind)
    refused(plans.session("service_role"), "42703", blind)
    refused(anon, "42501", blind)
    assert owner.execute(blind).rowcount == 1


def test_10_anyone_inserts_a_thumbnail(plans: World, planned: Session, owner: Session, anon: Session):
    new = "insert into public.thumbnails (generation_id, storage_path, public_url) values (%s, 's', 'u')"
    plans.session("anon").execute(new, [value(planned, NEW_GENERATION, ADA)])
    refused(anon, "42501", new, value(owner, NEW_GENERATION, ADA))


def test_12_any_text_is_a_status(planned: Session, owner: Session):
    new = (
        "insert into public.generations (user_id, portrait_url, keywords, background_count, status)"
        " values (%s, '', '', 1, %s)"
    )
    planned.execute(new, [ADA, "whatever"])
    refused(owner, "23514", new, ADA, "whatever")


def test_13_the_portrait_is_not_indexed_and_the_user_may_be_missing(planned: Session, owner: Session):
    indexed = (
        "select exists (select from pg_index where indrelid = 'public.generations'::regclass and indkey[0] ="
        " (select attnum from pg_attribute where attrelid = indrelid and attname = 'portrait_id'))"
    )
    assert (value(planned, indexed), value(owner, indexed)) == (False, True)
    planned.execute(NEW_GENERATION, [None])
    refused(owner, "23502", NEW_GENERATION, None)


def test_14_nothing_is_published(planned: Session, owner: Session):
    published = "select count(*) from pg_publication_tables where tablename = 'generations'"
    assert (value(planned, published), value(owner, published)) == (0, 1)


@pytest.mark.parametrize(("max_retries", "starts"), [(0, 1), (1, 2), (2, 3), (5, 6)])
def test_15_one_attempt_too_many(plans: World, max_retries: int, starts: int):
    worker = plans.session("service_role")
    worker.execute("select public.create_plan_job(%s, false, %s)", [ADA, max_retries])
    started = 0
    while key := value(worker, "select id from public.claim_next_plan_job()"):
        started += 1
        worker.execute("select public.fail_plan_job(%s, 'AI_TIMEOUT', 'x')", [key])
        worker.execute("update public.plan_generation_jobs set run_after = now()")
    assert started == starts


def test_16_nothing_looks_for_the_stuck(planned: Session, owner: Session):
    sweeps = (
        "select count(*) from pg_proc where pronamespace = 'public'::regnamespace"
        " and proname in ('reset_stuck_plan_jobs', 'expire_pending_plan_jobs')"
    )
    leases = (
        "select count(*) from pg_attribute"
        " where attrelid = 'public.plan_generation_jobs'::regclass and attname like 'lease%%'"
    )
    assert (value(planned, sweeps), value(owner, sweeps)) == (0, 2)
    assert (value(planned, leases), value(owner, leases)) == (0, 2)


def test_17_a_late_worker_overwrites_the_newer_attempt(plans: World):
    worker = plans.session("service_role")
    worker.execute("select public.create_plan_job(%s)", [ADA])
    key = value(worker, "select id from public.claim_next_plan_job()")
    worker.execute("select public.reset_stuck_plan_job(%s)", [key])
    assert value(worker, "select id from public.claim_next_plan_job()") == key
    for plan in ('{"by": "second"}', '{"by": "first"}'):
        worker.execute("select public.complete_plan_job(%s, %s)", [key, plan])
    assert value(worker, "select plan from public.weekly_base_plans where is_active") == {"by": "first"}


def test_18_exactly_these_policies_are_for_a_role_that_bypasses(planned: Session, owner: Session):
    query = (
        "select 'public.' || tablename || '.' || policyname from pg_policies, pg_roles"
        " where rolname = any (roles) and rolbypassrls and schemaname = 'public' order by 1"
    )
    assert [name for (name,) in planned.execute(query)] == sorted(place["object"] for place in locations(18))
    assert owner.execute(query).fetchall() == []


def test_19_a_failed_variant_leaves_no_letter(planned: Session, owner: Session, order):
    counts = []
    for session in (planned, owner):
        order(session, ADA)
        session.execute("update public.song_variants set generation_status = 'failed'")
        counts.append(value(session, "select count(*) from public.failed_jobs"))
    assert counts == [0, 1]


def test_20_a_password_stands_in_one_statement_of_the_plans_alone():
    found = [
        (f"migrations/{path.name}", statement.index)
        for folder in (PLANS, EXAMPLE)
        for path in files(folder)
        for statement in statements(path)
        if "password '" in statement.text.lower()
    ]
    assert found == [(place["file"], place["statement"]) for place in locations(20)]


def test_no_two_places_of_one_defect_are_the_same():
    for _, places in groupby(LOCATIONS, key=itemgetter(0)):
        keys = [(place["file"], place["statement"], place["object"]) for _, place in places]
        assert len(keys) == len(set(keys))
