"""Every command that takes `--database supabase://PROJECT`, against the API as a user meets it."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.acceptance.supabase.conftest import Schemactl, reaching
from tests.support.applying import rows, write
from tests.support.management_api import TARGET, Fault, Platform, serving
from tests.support.program import run

from schemactl.catalog.snapshot import Snapshot, take
from schemactl.servers import Database

EVERYTHING = Path(__file__).parents[2] / "cases" / "schemas" / "everything.sql"


@pytest.fixture
def platform(database: Database) -> Iterator[Platform]:
    """The project's database on each version of PostgreSQL that the platform has had."""
    with serving(Platform(database.dsn)) as served:
        yield served


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "schemactl.toml").write_text('preset = "supabase"\n', encoding="utf-8")
    write(
        tmp_path / "migrations",
        _1_notes="create table notes (id bigint primary key, body text);\nalter table notes enable row level security;",
        _2_more="alter table notes add column at timestamptz default now();",
        R__one="create or replace view one with (security_invoker) as select 1 as number;",
    )
    return tmp_path


@pytest.mark.parametrize("ledger", ["schemactl", "supabase"])
def test_apply_and_status_agree_in_either_ledger(project: Path, platform: Platform, schemactl: Schemactl, ledger: str):
    environment = {"SCHEMACTL_LEDGER": ledger}
    before = schemactl("status", project, "--format", "json", **environment)
    assert before.json["status"]["pending"] == ["1_notes", "2_more", "R__one"]
    applied = schemactl("apply", project, "--format", "json", **environment)
    assert [one["migration"] for one in applied.json["apply"]["applied"]] == ["1_notes", "2_more", "R__one"]
    after = schemactl("status", project, "--check", "--format", "json", **environment)
    assert after.code == 0
    assert [one["standing"] for one in after.json["status"]["migrations"]] == ["applied"] * 3
    known = {"schemactl": "schemactl.history", "supabase": "supabase_migrations.schema_migrations"}[ledger]
    assert rows(platform.dsn, f"select version, name from {known} where version is not null order by 1") == [
        ("1", "notes"),
        ("2", "more"),
    ]
    again = schemactl("apply", project, "--format", "json", **environment)
    assert again.json["apply"]["applied"] == []


def test_status_tells_when_and_by_whom(project: Path, schemactl: Schemactl):
    assert schemactl("apply", project).code == 0
    found = schemactl("status", project, "--format", "json").json["status"]["migrations"][0]
    assert found["finished_at"].endswith("+00:00")
    assert found["seconds"] > 0
    assert " as postgres" in found["applied_by"]


def test_status_on_the_console_names_the_project(project: Path, schemactl: Schemactl):
    outcome = schemactl("status", project)
    assert f"3 pending, 0 applied on Supabase project `{TARGET.removeprefix('supabase://')}`" in outcome.out


def test_a_dry_run_and_a_plan_change_nothing(project: Path, platform: Platform, schemactl: Schemactl):
    dry = schemactl("apply", project, "--dry-run", "--format", "json")
    assert [one["migration"] for one in dry.json["apply"]["pending"]] == ["1_notes", "2_more", "R__one"]
    plan = schemactl("plan", project, "--format", "json")
    assert len(plan.json["plan"]["statements"]) == 4
    assert rows(platform.dsn, "select to_regclass('notes'), to_regnamespace('schemactl')") == [(None, None)]


def test_a_plan_knows_how_large_tables_are(project: Path, platform: Platform, schemactl: Schemactl):
    assert schemactl("apply", project).code == 0
    with psycopg.connect(platform.dsn, autocommit=True) as connection:
        connection.execute("insert into notes select n, 'x' from generate_series(1, 1000) n; analyze notes")
    write(project / "migrations", _3_rewrite="alter table notes alter column body type varchar(10);")
    (statement,) = schemactl("plan", project, "--format", "json").json["plan"]["statements"]
    (lock,) = statement["locks"]
    assert (lock["relation"], lock["mode"], lock["rows"]) == ("notes", "ACCESS EXCLUSIVE", 1000)


def test_drift_is_seen_and_its_absence_too(project: Path, platform: Platform, schemactl: Schemactl, kind: str):
    assert schemactl("apply", project).code == 0
    assert schemactl("drift", project, "--postgres", kind).code == 0
    with psycopg.connect(platform.dsn, autocommit=True) as connection:
        connection.execute("create policy everyone on notes to anon using (true)")
    outcome = schemactl("drift", project, "--postgres", kind, "--format", "json")
    assert outcome.code == 1
    assert [change["path"] for change in outcome.json["drift"]["changes"]] == [["public", "notes", "everyone"]]


@pytest.mark.parametrize("language", ["typescript", "python"])
def test_types_are_those_of_a_connection(
    project: Path, platform: Platform, schemactl: Schemactl, database: Database, language: str
):
    assert schemactl("apply", project).code == 0
    over_api = schemactl("types", language)
    over_connection = run("types", language, "--database", database.dsn)
    assert over_api.code == 0
    assert "notes" in over_api.out
    assert over_api.out == over_connection.out
    assert platform.queries


@pytest.fixture
def everything(database: Database) -> Iterator[Snapshot]:
    """Something of nearly every kind in the database; its snapshot over a connection."""
    with psycopg.connect(database.superuser_dsn, autocommit=True) as connection:
        connection.execute("create role app; create role boss; create schema s; set search_path = s")
        connection.execute(EVERYTHING.read_bytes())
        yield take(connection)
        connection.execute("drop owned by app, boss cascade; drop role app; drop role boss")


def test_a_snapshot_is_that_of_a_connection(platform: Platform, everything: Snapshot, tmp_path: Path):
    outcome = reaching(platform, "snapshot", TARGET, "--format", "json", cwd=tmp_path)
    assert len(everything.objects) > 150
    assert outcome.json["snapshot"] == json.loads(everything.to_json())
    assert platform.queries


def test_diff_takes_a_project_as_a_side(project: Path, platform: Platform, schemactl: Schemactl, kind: str):
    assert schemactl("apply", project).code == 0
    configured = ("--config", project / "schemactl.toml", "--postgres", kind)
    outcome = reaching(platform, "diff", TARGET, project / "migrations", *configured)
    assert outcome.code == 0, outcome.out + outcome.err


def test_huge_answers_arrive_whole(platform: Platform, schemactl: Schemactl):
    body = "x" * 20_000_000
    with psycopg.connect(platform.dsn, autocommit=True) as connection:
        connection.execute(f"create function large() returns int language sql as $$ select 1 /* {body} */ $$")
    outcome = schemactl("snapshot", "--format", "json")
    found = [o for o in outcome.json["snapshot"]["objects"] if o["path"][:2] == ["public", "large"]]
    assert len(found[0]["attributes"]["body"]) > 20_000_000


def test_a_run_goes_on_through_faults_and_tells_of_them(project: Path, platform: Platform, schemactl: Schemactl):
    order = [Fault.LIMITED, Fault.NONE, Fault.UNAVAILABLE]
    file = "create table notes"

    def trouble(number: int, text: str) -> Fault:
        if file in text and not any(file in earlier for earlier in platform.queries):
            return Fault.GATEWAY
        return order[number] if number < len(order) else Fault.NONE

    platform.plan = trouble
    outcome = schemactl("apply", project)
    assert outcome.code == 0
    assert "too many requests" in outcome.err
    assert "1_notes: the answer was lost; the history has it" in outcome.err
    assert sum("create table notes" in text for text in platform.queries) == 1


@pytest.mark.parametrize(
    ("sql", "place", "what"),
    [
        ("select 1;\ncreate index concurrently i on notes (body);", "3_bad.sql:2:1", "CREATE INDEX CONCURRENTLY"),
        ("vacuum notes;", "3_bad.sql:1:1", "VACUUM"),
        ("-- schemactl:transaction=none\nselect 1;", "3_bad.sql", "transaction=none"),
        ("savepoint a;\nselect 1;", "3_bad.sql:1:1", "savepoint"),
        ("begin;\nselect 1;\ncommit;", "3_bad.sql:1:1", "BEGIN"),
    ],
)
def test_what_a_request_cannot_do_is_refused_before_anything_runs(
    project: Path, platform: Platform, schemactl: Schemactl, sql: str, place: str, what: str
):
    write(project / "migrations", _3_bad=sql)
    outcome = schemactl("apply", project)
    assert outcome.code == 2
    assert f"{place}: " in outcome.err
    assert what in outcome.err
    assert "hint: " in outcome.err
    assert rows(platform.dsn, "select to_regclass('notes'), to_regnamespace('schemactl')") == [(None, None)]
    assert schemactl("plan", project).code == 2


def test_what_a_transaction_needs_works_in_a_request(project: Path, platform: Platform, schemactl: Schemactl):
    write(
        project / "migrations",
        _3_fine="lock table notes in share mode;\nset local search_path = public;\ndeclare c cursor for select 1;\n"
        "do $$ begin perform 1; exception when others then null; end $$;\n"
        "select set_config('a.b', 'c', true);\n-- the end",
    )
    assert schemactl("apply", project).code == 0
    assert platform.queries


def test_a_failing_statement_is_exit_code_6_with_its_place(project: Path, platform: Platform, schemactl: Schemactl):
    write(project / "migrations", _3_bad="select 1;\ncreate table notes (id int);")
    outcome = schemactl("apply", project)
    assert outcome.code == 6
    assert "3_bad.sql:2:1: 42P07 duplicate table" in outcome.err
    assert "2 migrations applied before" in outcome.err
    assert rows(platform.dsn, "select count(*) from schemactl.history") == [(2,)]


def test_an_edited_file_is_exit_code_5(project: Path, schemactl: Schemactl):
    assert schemactl("apply", project).code == 0
    write(project / "migrations", _2_more="alter table notes add column at timestamptz default '2020-01-01';")
    assert schemactl("apply", project).code == 5
    assert schemactl("status", project).code == 5


def test_another_runner_is_exit_code_4(project: Path, platform: Platform, schemactl: Schemactl):
    (project / "schemactl.toml").write_text('[apply]\nrunner_wait = "100ms"\n', encoding="utf-8")
    with psycopg.connect(platform.dsn, autocommit=True) as other:
        other.execute("select pg_advisory_lock(7236, 19790)")
        outcome = schemactl("apply", project)
    assert outcome.code == 4
    assert "another runner did not finish" in outcome.err


def test_an_audit_reads_over_the_api(project: Path, platform: Platform, database: Database):
    (project / "migrations" / "1_notes.sql").write_text("create table notes (id int);", encoding="utf-8")
    given = ("rls", "audit", project, "--format", "json", "--database")
    assert reaching(platform, "apply", project, "--database", TARGET).code == 0
    over_api = reaching(platform, *given, TARGET)
    over_connection = run(*given, database.dsn)
    assert over_api.json["findings"] != []
    assert over_api.json["findings"] == over_connection.json["findings"]


@pytest.mark.parametrize("ledger", ["schemactl", "supabase"])
def test_a_baseline_is_recorded_once_though_its_answer_is_lost(
    project: Path, platform: Platform, schemactl: Schemactl, ledger: str
):
    written = {"schemactl": "INSERT INTO schemactl", "supabase": "INSERT INTO supabase_migrations"}[ledger]

    def lose(_number: int, text: str) -> Fault:
        first = written in text and not any(written in earlier for earlier in platform.queries)
        return Fault.DROPPED_AFTER if first else Fault.NONE

    platform.plan = lose
    given = ("--folder", project / "migrations", "--format", "json")
    outcome = schemactl("baseline", "1", *given, SCHEMACTL_LEDGER=ledger)
    assert outcome.json["baseline"]["changed"] is True, outcome.err
    again = schemactl("baseline", "1", *given, SCHEMACTL_LEDGER=ledger)
    assert again.json["baseline"]["changed"] is False
    after = schemactl("status", project, "--format", "json", SCHEMACTL_LEDGER=ledger)
    assert after.json["status"]["pending"] == ["2_more", "R__one"]
    assert rows(platform.dsn, "select to_regclass('notes')") == [(None,)]


def test_a_repair_is_proposed_and_then_written(project: Path, schemactl: Schemactl):
    assert schemactl("apply", project).code == 0
    write(project / "migrations", _2_more="alter table notes add column at timestamptz default '2020-01-01';")
    given = ("--folder", project / "migrations", "--format", "json")
    proposed = schemactl("repair", *given)
    assert (proposed.code, proposed.json["repair"]["written"]) == (1, False)
    assert schemactl("status", project).code == 5
    written = schemactl("repair", "--yes", *given)
    assert [one["migration"] for one in written.json["repair"]["repairs"]] == ["2_more"]
    assert schemactl("status", project, "--check").code == 0


@pytest.mark.parametrize("command", [("rollback", "--steps", "1"), ("jobs", "doctor"), ("rls", "matrix")])
def test_commands_that_need_a_connection_say_so(project: Path, platform: Platform, command: tuple[str, ...]):
    name, *rest = command
    outcome = reaching(platform, name, *rest, "--database", TARGET, cwd=project)
    assert outcome.code == 2, outcome.err
    assert "this command needs a connection to the database" in outcome.err
    assert platform.queries == []
