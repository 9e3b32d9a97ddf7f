"""`schemactl diff --sql`: the migration from one schema to another."""

import json
from pathlib import Path

import psycopg
import pytest
from tests.support.applying import write
from tests.support.documents import validate
from tests.support.program import Outcome, run

from schemactl.servers import Database, Server

BEFORE = """
create table users (id bigint primary key, email text);
create table posts (id bigint primary key, user_id bigint, old text);
create view titles as select id from posts;
"""
AFTER = """
create type mood as enum ('sad', 'ok');
create table users (id bigint primary key, email text not null unique);
create table posts (
  id bigint primary key, user_id bigint references users, mood mood not null default 'ok', check (id > 0)
);
create index posts_user_id on posts (user_id);
create view titles as select id, mood from posts;
grant select on titles to public;
comment on table posts is 'What people wrote';
"""


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    write(tmp_path / "before", _1_t=BEFORE)
    write(tmp_path / "after", _1_t=AFTER)
    return tmp_path


def diff(folders: Path, *arguments: str | Path) -> Outcome:
    return run("diff", *arguments, "--sql", cwd=folders)


def test_applying_the_files_leaves_no_difference(folders: Path, plain_database: Database):
    assert run("apply", "before", "--database", plain_database.dsn, cwd=folders).code == 0
    result = diff(folders, "before", "after", "--allow-destructive", "--output", "before/2_step.sql")
    assert result.code == 0, result.err
    assert result.out == ""
    assert sorted(path.name for path in (folders / "before").iterdir()) == [
        "1_t.sql",
        "2_step.sql",
        "3_step_2.sql",
        "4_step_3.sql",
    ]
    assert run("apply", "before", "--database", plain_database.dsn, cwd=folders).code == 0
    same = run("diff", plain_database.dsn, "after", cwd=folders)
    assert same.code == 0, same.out


@pytest.mark.every_major
def test_a_live_database_gets_what_its_version_can_run(
    tmp_path: Path, plain_database: Database, plain_server: Server, embedded_server: Server
):
    table = "create table sums (id int primary key, twice int generated always as (id * {}) stored, note text {})"
    (tmp_path / "steps").mkdir()
    write(tmp_path / "after", _1_t=table.format(3, "not null"))
    with psycopg.connect(plain_database.dsn) as connection:
        connection.execute(table.format(2, "").encode())
    result = diff(tmp_path, plain_database.dsn, "after", "--allow-destructive", "--output", "steps/1_step.sql")
    assert result.code == 0, result.err
    told = f"the throwaway server is PostgreSQL {embedded_server.major}, the database {plain_server.major}"
    assert result.err.count(told) == (embedded_server.major != plain_server.major)
    assert "schema public" not in "".join(path.read_text() for path in (tmp_path / "steps").iterdir())
    applied = run("apply", "steps", "--database", plain_database.dsn, cwd=tmp_path)
    assert applied.code == 0, applied.err
    left = run("diff", plain_database.dsn, "after", "--format", "json", cwd=tmp_path).json["diff"]["changes"]
    assert [a["name"] for change in left for a in change["attributes"]] in ([], ["column_order"])


def test_what_is_written_passes_our_own_lint(folders: Path):
    write(
        folders / "after", _2_more="create table tags (id bigint generated always as identity primary key, name text)"
    )
    assert diff(folders, "before", "after", "--allow-destructive", "--output", "before/2_step.sql").code == 0
    told = run("lint", *sorted((folders / "before").glob("[234]*.sql")), "--format", "json", cwd=folders)
    loud = {f["rule"] for f in told.json["findings"] if f["severity"] != "info"}
    assert loud <= {"ban-drop-column"}


def test_the_safe_forms_are_used_where_the_table_was_there(folders: Path):
    files = diff(folders, "before", "after", "--format", "json").json["diff"]["migration"]["files"]
    first, builds, last = files
    assert "ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) NOT VALID;" in first
    assert "VALIDATE CONSTRAINT posts_user_id_fkey;" in last
    assert "-- schemactl:transaction=none" in builds
    assert "CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_user_id " in builds
    assert "UNIQUE USING INDEX users_email_key" in last
    assert last.index("VALIDATE CONSTRAINT users_email_set") < last.index("ALTER COLUMN email SET NOT NULL")
    assert "ADD COLUMN IF NOT EXISTS mood public.mood DEFAULT 'ok'::public.mood NOT NULL;" in first


def test_what_loses_rows_is_commented_out_unless_it_is_allowed(folders: Path):
    kept = diff(folders, "before", "after")
    assert kept.code == 1
    assert "-- ALTER TABLE public.posts DROP COLUMN IF EXISTS old;" in kept.out
    assert "commented out, because it loses what the rows of public.posts hold in old" in kept.err
    meant = diff(folders, "before", "after", "--allow-destructive")
    assert meant.code == 0
    assert "\nALTER TABLE public.posts DROP COLUMN IF EXISTS old;" in meant.out
    assert "warning: loses what the rows of public.posts hold in old" in meant.err


def test_json_holds_to_the_published_schema(folders: Path):
    result = diff(folders, "before", "after", "--format", "json")
    validate(result.json["diff"], "diff.json")
    migration = result.json["diff"]["migration"]
    assert not result.json["ok"]
    assert not migration["complete"]
    assert [change["kind"] for change in migration["left"]] == ["column"]


def test_two_equal_schemas_need_no_migration(folders: Path):
    result = diff(folders, "after", "after")
    assert result.code == 0
    assert result.out == "-- No difference.\n"


def test_a_snapshot_and_a_live_database_are_starting_points_too(folders: Path, plain_database: Database):
    with psycopg.connect(plain_database.dsn) as connection:
        connection.execute(BEFORE)
    assert run("snapshot", plain_database.dsn, "--format", "json", "--output", "live.json", cwd=folders).code == 0
    document = json.loads((folders / "live.json").read_text(encoding="utf-8"))
    assert document["ok"]
    from_folder = statements(diff(folders, "before", "after"))
    for source in ("live.json", plain_database.dsn):
        assert statements(diff(folders, source, "after")) == from_folder != []


def statements(outcome: Outcome) -> list[str]:
    return [line for line in outcome.out.splitlines() if line and not line.startswith("-- ")]


def test_a_rename_is_not_guessed_but_said(tmp_path: Path):
    write(tmp_path / "before", _1_t="create table t (id int, name text)")
    write(tmp_path / "after", _1_t="create table t (id int, title text)")
    result = diff(tmp_path, "before", "after")
    assert "column public.t.name goes and column public.t.title comes" in result.err
    assert "say --rename public.t.name=title" in result.err
    assert "-- ALTER TABLE public.t DROP COLUMN IF EXISTS name;" in result.out
    other = write(tmp_path / "other", _1_t="create table t (id int, title int)")
    assert "rename" not in diff(tmp_path, "before", other).err


def test_columns_in_another_order_are_noted(tmp_path: Path):
    write(tmp_path / "before", _1_t="create table t (a int, b int)")
    write(tmp_path / "after", _1_t="create table t (b int, a int, c int)")
    result = diff(tmp_path, "before", "after")
    assert result.code == 0
    assert "note: table public.t: its columns stand in another order" in result.err


def test_a_project_can_begin_from_an_empty_database(folders: Path):
    write(folders / "again", _1_all=diff(folders, "EMPTY", "after").out)
    assert run("diff", "again", "after", cwd=folders).code == 0
    told = run("diff", "EMPTY", "after", cwd=folders)
    assert told.code == 1
    assert "from an empty database to after" in told.out


def test_what_cannot_be_written_is_told_even_if_the_rest_does_not_apply_without_it(tmp_path: Path):
    write(tmp_path / "before", _1_t="create table t (id int, k text)")
    parts = "create table t_1 partition of t for values from (1) to (10)"
    write(tmp_path / "after", _1_t=f"create table t (id int, k text) partition by range (id); {parts}")
    result = diff(tmp_path, "before", "after")
    assert result.code == 6
    assert "cannot be written: table public.t: a table's partition key cannot be changed" in result.err


def test_roles_that_only_the_second_schema_makes_are_made_first(tmp_path: Path):
    write(tmp_path / "before", _1_t="create role diff_both; create table t (id int)")
    role = "do $$ begin if not exists (select from pg_roles where rolname = 'diff_both') then create role diff_both; "
    write(
        tmp_path / "after",
        _1_t=f"{role}end if; end $$; create role diff_new; create table t (id int);"
        "grant select on t to diff_new, diff_both",
    )
    result = diff(tmp_path, "before", "after")
    assert result.code == 0, result.err
    assert "CREATE ROLE diff_new" in result.out
    assert "CREATE ROLE diff_both" not in result.out
    assert "note: role diff_new: is made where the server does not have it" in result.err


def test_rows_that_migrations_insert_do_not_stand_in_the_way(tmp_path: Path):
    write(tmp_path / "before", _1_t="create table t (id int); insert into t values (0); create table u (a text)")
    write(tmp_path / "after", _1_t="create table t (id int check (id > 0)); create table u (a int)")
    result = diff(tmp_path, "before", "after")
    assert result.code == 0, result.err
    assert "note: rows that the migrations before insert break it, so mend them first: 23514 check" in result.err
    write(tmp_path / "sound", _1_t="create table t (id int); insert into t values (1); create table u (a text)")
    assert "mend them first" not in diff(tmp_path, "sound", "after").err


def test_what_cannot_be_written_is_named(tmp_path: Path):
    write(tmp_path / "before", _1_t="create table t (id int)")
    write(
        tmp_path / "after",
        _1_t="create table t (id int, a int); create conversion plain for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
    )
    result = diff(tmp_path, "before", "after")
    assert result.code == 1
    assert "not written: conversion public.plain is of a kind that must be made by hand" in result.err
    assert "ADD COLUMN IF NOT EXISTS a integer" in result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--allow-destructive"], "--allow-destructive is for --sql"),
        (["--sql", "--format", "sarif"], "not as sarif"),
    ],
)
def test_options_that_do_not_go_together(folders: Path, arguments: list[str], message: str):
    result = run("diff", "before", "after", *arguments, cwd=folders)
    assert result.code == 2
    assert message in result.err
