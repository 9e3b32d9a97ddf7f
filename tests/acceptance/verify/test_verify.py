"""`schemactl verify`: what it finds, what it leaves alone, and how it answers bad input."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.program import Outcome, run

ROOT = Path(__file__).parents[3]


def project(folder: Path, **files: str) -> Path:
    """A project whose migrations are `files`, by name without the ending."""
    migrations = folder / "migrations"
    migrations.mkdir(parents=True)
    (folder / "schemactl.toml").write_text("")
    for name, text in files.items():
        (migrations / f"{name.removeprefix('v')}.sql").write_text(text, encoding="utf-8")
    return folder


def verify(folder: Path, *arguments: str) -> Outcome:
    return run("verify", folder, "--format", "json", *arguments)


def found(result: Outcome) -> list[tuple[str, str, int]]:
    return [(f["rule"], Path(f["file"]).name, f["statement"]) for f in result.json["findings"]]


def messages(result: Outcome) -> list[str]:
    return [finding["message"] for finding in result.json["findings"]]


@pytest.mark.every_major
def test_the_example_tree_is_clean(every_spec: str):
    result = verify(ROOT, "--postgres", every_spec)
    assert result.json["findings"] == []
    assert result.json["ok"]
    assert result.code == 0
    assert len(result.json["verify"]["migrations"]) == 9


def test_a_file_that_can_run_again_is_silent(tmp_path: Path):
    project(
        tmp_path,
        v1_notes="""
        create table if not exists notes (id int primary key, body text);
        create index if not exists notes_body on notes (body);
        drop policy if exists own on notes;
        create policy own on notes using (true);
        create or replace view bodies as select body from notes;
        """,
        v2_build="create index concurrently if not exists notes_id on notes (id);",
        R__view="create or replace view ids as select id from notes;",
    )
    result = verify(tmp_path)
    assert result.json["findings"] == []
    assert result.code == 0


def test_each_statement_that_needs_a_guard_is_named_with_its_sqlstate_in_words(tmp_path: Path):
    project(
        tmp_path,
        v1_notes="create table notes (id int);\ncreate index on notes (id);\ncreate policy own on notes using (true);",
    )
    result = verify(tmp_path)
    assert result.code == 1
    assert found(result) == [("again", "1_notes.sql", 1), ("again", "1_notes.sql", 3), ("again", "1_notes.sql", 2)]
    assert "42P07 duplicate table" in messages(result)[0]
    assert "42710 duplicate object" in messages(result)[1]
    assert result.json["findings"][0]["hint"] == "Write instead:\n  create table if not exists notes (id int)"
    assert "drop policy if exists own on notes;" in result.json["findings"][1]["fix"]["edits"][0]["text"]
    assert "notes_id_idx1" in messages(result)[2]


def test_a_second_run_that_silently_changes_the_catalog_is_blamed_on_its_statement(tmp_path: Path):
    project(
        tmp_path,
        v1_steps="""
        create table if not exists t (id int);
        insert into t values (1);
        do $$ begin
          if (select count(*) from t) > 1 then alter table t alter column id set default 4; end if;
        end $$;
        """,
    )
    result = verify(tmp_path)
    assert sorted(found(result)) == [("again", "1_steps.sql", 2), ("again", "1_steps.sql", 3)]
    assert any("changes the catalog when the file runs again" in message for message in messages(result))
    assert any("1 row after the first run and 2 after the second" in message for message in messages(result))


def test_what_only_a_second_run_of_the_whole_chain_shows(tmp_path: Path):
    project(
        tmp_path,
        v1_add="create table if not exists t (id int);\nalter table t add column if not exists old text;",
        v2_rename="alter table t drop column if exists old;\ncreate or replace view v as select id from t;",
        v3_more="create table if not exists u (id int);",
        v4_take="alter table u add column if not exists id2 int;\nalter table t add column if not exists extra int;",
        v5_view="drop view if exists v;\ncreate view v as select id, extra from t;",
    )
    result = verify(tmp_path)
    assert found(result) == [("again", "2_rename.sql", 2)]
    assert "when the whole chain runs again after 5_view.sql" in messages(result)[0]


def test_a_file_that_does_not_apply_leaves_the_rest_unchecked_and_not_passed(tmp_path: Path):
    project(tmp_path, v1_ok="create schema if not exists s;", v2_bad="select 1;\nselect nothing;", v3_next="select 1;")
    result = verify(tmp_path)
    assert result.code == 1
    assert found(result) == [("applies", "2_bad.sql", 2)]
    assert "42703 undefined column" in messages(result)[0]
    assert [Path(s["what"].removeprefix("applies: ")).name for s in result.json["skipped"]] == ["3_next.sql"]
    states: list[Any] = [m["checks"]["applies"] for m in result.json["verify"]["migrations"]]
    assert states == ["passed", "failed", "not checked"]
    again: list[Any] = [m["checks"]["again"] for m in result.json["verify"]["migrations"]]
    assert again == ["passed", "not checked", "not checked"]


def test_an_extension_that_the_server_lacks_is_not_checked_and_not_passed(tmp_path: Path):
    project(tmp_path, v1_ext="create extension if not exists postgis;")
    result = verify(tmp_path)
    assert result.code == 1
    assert result.json["findings"] == []
    assert "postgis" in result.json["skipped"][0]["reason"]


def test_what_only_a_superuser_may_do_is_not_checked_and_not_passed(tmp_path: Path):
    project(
        tmp_path,
        v1_trigger="create function f() returns event_trigger language plpgsql as 'begin end';\n"
        "create event trigger e on ddl_command_end execute function f();",
    )
    (tmp_path / "schemactl.toml").write_text('preset = "supabase"\n')
    result = verify(tmp_path)
    assert result.code == 1
    assert result.json["findings"] == []
    assert "needs a superuser here" in result.json["skipped"][0]["reason"]


@pytest.mark.parametrize(
    "statement",
    [
        "copy t from '/nowhere/rows.csv';",
        "alter role authenticated superuser;",
        "create subscription s connection 'host=nowhere' publication p;",
    ],
)
def test_what_needs_rights_of_the_whole_server_is_not_a_pass(tmp_path: Path, statement: str):
    project(tmp_path, v1_t="create table if not exists t (id int);", v2_more=statement)
    (tmp_path / "schemactl.toml").write_text('preset = "supabase"\n')
    result = verify(tmp_path)
    assert result.code == 1
    assert result.json["findings"] == []
    assert "needs a superuser here" in result.json["skipped"][0]["reason"]
    assert set(result.json["verify"]["migrations"][1]["checks"].values()) == {"not checked"}


def test_begin_and_commit_around_a_file_are_named_and_the_rest_is_still_checked(tmp_path: Path):
    project(tmp_path, v1_wrapped="begin;\ncreate table t (id int);\ncommit;")
    result = verify(tmp_path)
    assert found(result) == [
        ("applies", "1_wrapped.sql", 1),
        ("applies", "1_wrapped.sql", 3),
        ("again", "1_wrapped.sql", 2),
    ]


def test_files_up_to_the_baseline_are_excused(tmp_path: Path):
    project(tmp_path, v1_old="create table a (id int);", v2_new="create table b (id int);")
    result = verify(tmp_path, "--baseline", "1")
    assert found(result) == [("again", "2_new.sql", 1)]
    assert "excused" not in result.err


def test_a_baseline_that_no_file_has_is_told(tmp_path: Path):
    """It excuses every file below it, which may be all there are."""
    project(tmp_path, v1_old="create table old (id int);")
    result = verify(tmp_path, "--baseline", "0042")
    assert result.code == 0
    assert "no migration has the version 0042 of `verify.baseline`; every file up to it is excused" in result.err


def test_a_check_can_be_quietened_switched_off_and_skipped(tmp_path: Path):
    project(tmp_path, v1_t="create table t (id int);")
    (tmp_path / "schemactl.toml").write_text('[verify.checks]\nagain = "warning"\n')
    result = verify(tmp_path)
    assert result.code == 0
    assert [f["severity"] for f in result.json["findings"]] == ["warning"]
    assert verify(tmp_path, "--fail-on", "warning").code == 1
    assert verify(tmp_path, "--skip", "again").json["findings"] == []
    (tmp_path / "schemactl.toml").write_text('[verify.checks]\nagain = "off"\n')
    assert "again" not in verify(tmp_path).json["verify"]["checks"]


@pytest.mark.parametrize(
    ("configuration", "arguments", "message"),
    [
        ("", ["--only", "agian"], "unknown check `agian`"),
        ('[verify.checks]\nagian = "off"\n', [], "unknown check `agian`"),
        ('[verify.checks]\napplies = "off"\n', [], "`applies` cannot be off"),
        ('[verify]\nbaseline = "two"\n', [], "`verify.baseline` must be the digits of a version"),
        ('postgres = "embeded"\n', [], "unknown server `embeded`"),
        ('migrations = "nowhere"\n', [], "no such folder of migrations"),
        ('preset = "supabse"\n', [], "supabse"),
    ],
)
def test_bad_input_is_exit_code_2_with_what_to_do(
    tmp_path: Path, configuration: str, arguments: list[str], message: str
):
    project(tmp_path, v1_t="select 1;")
    (tmp_path / "schemactl.toml").write_text(configuration)
    result = verify(tmp_path, *arguments)
    assert result.code == 2
    assert message in result.json["error"]["message"]
    assert result.json["error"]["hint"]


def test_sql_that_cannot_be_read_is_exit_code_2_at_its_place(tmp_path: Path):
    project(tmp_path, v1_t="select 1;\ncreat table t ();")
    result = verify(tmp_path)
    assert result.code == 2
    error = result.json["error"]
    assert (Path(error["file"]).name, error["line"], error["column"]) == ("1_t.sql", 2, 1)


def test_a_server_that_cannot_be_had_is_exit_code_3(tmp_path: Path):
    project(tmp_path, v1_t="select 1;")
    assert verify(tmp_path, "--postgres", "existing:postgresql://127.0.0.1:1/x").code == 3


def test_the_console_report_shows_the_grid_and_the_statement(tmp_path: Path):
    project(tmp_path, v1_t="create table t (id int);")
    result = run("verify", tmp_path)
    assert "1_t.sql" in result.out
    assert "1 error" in result.out
    assert "create table t (id int)" in result.out
    assert "42P07 duplicate table" in result.out


def test_a_folder_of_migrations_can_be_named_alone(tmp_path: Path):
    project(tmp_path, v1_t="create table if not exists t (id int);")
    result = run("verify", "migrations", "--format", "json", cwd=tmp_path)
    assert result.json["verify"]["migrations"][0]["file"] == "migrations/1_t.sql"


def test_what_only_a_crash_in_the_middle_shows(tmp_path: Path):
    project(
        tmp_path,
        v1_scratch="create table if not exists t (id int);\ncreate table scratch (id int);\ndrop table scratch;",
        v2_good="drop table if exists scratch;\ncreate table scratch (id int);\ndrop table scratch;",
    )
    result = verify(tmp_path)
    assert found(result) == [("crash", "1_scratch.sql", 2)]
    assert "after a crash behind statement 2 of 3" in messages(result)[0]
    assert "42P07 duplicate table" in messages(result)[0]


def test_a_crash_that_ends_in_another_catalog(tmp_path: Path):
    project(
        tmp_path,
        v1_guarded="""
        create table if not exists t (id int);
        do $$ begin
          if not exists (select from information_schema.columns where table_name = 't' and column_name = 'b') then
            alter table t add column if not exists a int;
          end if;
        end $$;
        alter table t drop column if exists a;
        alter table t add column if not exists b int;
        do $$ begin
          if exists (select from pg_class where relname = 'marker') then
            alter table t alter column b set default 1;
          end if;
        end $$;
        create table if not exists marker (id int);
        drop table marker;
        """,
    )
    result = verify(tmp_path)
    assert [(rule, statement) for rule, _, statement in found(result)] == [("crash", 6)]
    assert "the catalog is another one" in messages(result)[0]


def test_a_new_enum_value_is_usable_only_where_it_was_committed(tmp_path: Path):
    project(
        tmp_path,
        v1_type="do $$ begin create type mood as enum ('sad'); exception when duplicate_object then null; end $$;",
        v2_value="alter type mood add value if not exists 'happy';",
        v3_use="create table if not exists moods (m mood default 'happy');",
    )
    result = verify(tmp_path)
    assert found(result) == [("shape", "3_use.sql", 1)]
    assert "where all files share one transaction: 55P04" in messages(result)[0]
    assert result.json["findings"][0]["severity"] == "warning"
    assert result.code == 0


def test_what_needs_the_transaction_of_its_file(tmp_path: Path):
    project(tmp_path, v1_lock="create table if not exists t (id int);\nlock table t;")
    result = verify(tmp_path)
    assert found(result) == [("shape", "1_lock.sql", 2)]
    assert "where each statement is a transaction of its own: 25P01" in messages(result)[0]


def test_a_table_that_is_open_before_its_row_security_is_on(tmp_path: Path):
    grant = "create table if not exists {0} (id int); grant select on {0} to public;"
    secure = "alter table {0} enable row level security;"
    project(
        tmp_path,
        v1_notes=grant.format("notes"),
        v2_late=secure.format("notes"),
        v3_together=grant.format("safe") + secure.format("safe"),
        v4_never=grant.format("meant_to_be_public"),
    )
    result = verify(tmp_path)
    assert found(result) == [("window", "1_notes.sql", 2)]
    assert "public.notes" in messages(result)[0]


def test_down_files_go_down_and_up_again(tmp_path: Path):
    project(
        tmp_path,
        **{
            "v1_type": "create schema if not exists s; create table if not exists s.t (id int);",
            "1_type.down": "drop table s.t;",
            "v2_good": "create table if not exists u (id int);",
            "2_good.down": "drop table if exists u;",
            "v3_bad": "create table if not exists w (id int);",
            "3_bad.down": "drop table nothing;",
        },
    )
    result = verify(tmp_path)
    assert found(result) == [("down", "1_type.down.sql", 1), ("down", "3_bad.down.sql", 1)]
    assert "schema s" in messages(result)[0]
    assert "42P01" in messages(result)[1]


def test_roles_belong_to_the_server_and_stand_in_no_checks_way(tmp_path: Path):
    project(
        tmp_path,
        v1_role="create role reader_of_this_test; create table if not exists t (id int primary key);"
        "grant select on t to reader_of_this_test;",
        v2_more="alter table t add column if not exists b int not null;",
    )
    result = verify(tmp_path)
    assert found(result) == [("populated", "2_more.sql", 1), ("again", "1_role.sql", 1)]
    assert [s["what"].split(":")[0] for s in result.json["skipped"]] == ["locks"]


def test_a_file_without_a_way_back_has_not_passed_the_check_of_ways_back(tmp_path: Path):
    project(
        tmp_path,
        **{
            "v1_one": "create table if not exists t (id int);",
            "v2_two": "create table if not exists u (id int);",
            "2_two.down": "drop table u;",
        },
    )
    result = verify(tmp_path, "--baseline", "1")
    states = [migration["checks"] for migration in result.json["verify"]["migrations"]]
    assert [(one["down"], one["again"], one["crash"]) for one in states] == [
        ("not applicable", "not applicable", "not applicable"),
        ("passed", "passed", "passed"),
    ]
    console = run("verify", tmp_path, "--baseline", "1")
    assert "–" in next(line for line in console.out.splitlines() if line.startswith("1_one"))
    assert "–" not in next(line for line in console.out.splitlines() if line.startswith("2_two"))


def test_an_index_without_a_name_is_told_with_its_guard(tmp_path: Path):
    project(tmp_path, v1_t="create table if not exists t (id int);\ncreate index on t (id);")
    (finding,) = verify(tmp_path).json["findings"]
    assert "t_id_idx1" in finding["message"]
    assert "create index if not exists t_id_idx on t (id)" in finding["hint"]
