"""Why a row is seen, how access changes, and a first draft of what is meant."""

import subprocess
from pathlib import Path

import pytest
from tests.support.access import ACTORS, NOTES, OWN, PRIVATE, ROLES, failed, project, rls
from tests.support.program import Outcome, run

HOLE = "\ncreate policy hole on notes for select to t_user using (title is not null and owner_id is not null);"


def explain(folder: Path, *arguments: str) -> Outcome:
    return run("rls", "explain", "notes", "--format", "json", "--quiet", *arguments, cwd=folder)


def test_each_part_of_each_policy_has_a_value(tmp_path: Path):
    folder = project(tmp_path, ROLES + NOTES + OWN + HOLE, PRIVATE)
    document = explain(folder, "--as", "user", "--row", "other").json["rls_explain"]
    values = {(one["policy"], one["clause"], one["condition"]): one["value"] for one in document["conditions"]}
    assert values["hole", "USING", "title IS NOT NULL"] == "TRUE"
    assert values["hole", "USING", "owner_id IS NOT NULL"] == "TRUE"
    assert values["own", "USING", "(owner_id = public.me())"] == "FALSE"
    assert document["commands"]["select"] == {"allowed": True, "why": "hole is TRUE"}
    assert document["commands"]["update"] == {"allowed": False, "why": "own is FALSE"}


@pytest.mark.parametrize(("actor", "row", "allowed"), [("user", "own", True), ("guest", "other", False)])
def test_what_is_said_is_what_happens(tmp_path: Path, actor: str, row: str, allowed: bool):
    folder = project(tmp_path, ROLES + NOTES + OWN, PRIVATE)
    assert explain(folder, "--as", actor, "--row", row).json["rls_explain"]["commands"]["select"]["allowed"] is allowed


def test_null_is_told_from_false(tmp_path: Path):
    sql = ROLES + NOTES + "create policy own on notes for select to t_guest using (owner_id = me());"
    document = explain(project(tmp_path, sql, PRIVATE), "--as", "guest", "--row", "other").json["rls_explain"]
    assert [one["value"] for one in document["conditions"]] == ["NULL"]


def test_a_policy_is_of_no_use_without_a_grant(tmp_path: Path):
    sql = ROLES + NOTES + OWN + "revoke delete, update on notes from t_user; grant update (title) on notes to t_user;"
    commands = explain(project(tmp_path, sql, PRIVATE), "--as", "user", "--row", "own").json["rls_explain"]["commands"]
    assert commands["delete"] == {"allowed": False, "why": "t_user has no grant to delete"}
    assert commands["update"]["allowed"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["note", "--as", "user"], "Did you mean `notes`?"),
        (["notes", "--as", "usr"], "Did you mean `user`?"),
        (["notes", "--as", "user", "--row", "othr"], "Did you mean `other`?"),
    ],
)
def test_typos_are_named(tmp_path: Path, arguments: list[str], hint: str):
    folder = project(tmp_path, ROLES + NOTES + OWN, PRIVATE)
    outcome = run("rls", "explain", *arguments, "--quiet", cwd=folder)
    assert outcome.code == 2
    assert hint in outcome.err


def diff(folder: Path, *arguments: str) -> list[dict[str, object]]:
    outcome = run("rls", "diff", *arguments, "--format", "json", "--quiet", cwd=folder)
    assert outcome.code == 0, outcome.out
    return list(outcome.json["rls_diff"]["changes"])


def test_a_hole_is_blamed_on_its_migration_and_statement(tmp_path: Path):
    folder = project(tmp_path, ROLES + NOTES + OWN, PRIVATE)
    (folder / "migrations" / "2_hole.sql").write_text("select 1;" + HOLE, encoding="utf-8")
    (folder / "migrations" / "3_nothing.sql").write_text("create index on notes (title);", encoding="utf-8")
    (change,) = diff(folder, "--since", "2")
    assert (change["source"], change["sign"], change["actor"], change["class"]) == ("2_hole.sql", "+", "user", "other")
    assert change["operations"] == ["select"]
    assert (change["statement"], change["line"]) == (2, 2)


def test_two_commits_are_compared(tmp_path: Path):
    folder = project(tmp_path, ROLES + NOTES + OWN, PRIVATE)

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    (folder / "migrations" / "2_hole.sql").write_text(HOLE, encoding="utf-8")
    gained = diff(folder, "git:HEAD", "migrations")
    assert [(one["sign"], one["class"]) for one in gained] == [("+", "other")]
    assert [one["sign"] for one in diff(folder, "migrations", "git:HEAD")] == ["-"]
    assert diff(folder, "migrations", "migrations") == []
    wrong = run("rls", "diff", "git:nowhere", "migrations", "--quiet", cwd=folder)
    assert wrong.code == 2
    assert "git has no" in wrong.err


SONGS = """
create table public.songs (
  id uuid primary key, user_id uuid not null references auth.users (id), owner_id uuid, title text not null
);
alter table public.songs enable row level security;
revoke all on public.songs from anon, authenticated;
grant select on public.songs to anon, authenticated;
grant insert on public.songs to authenticated;
create policy own on public.songs to authenticated using (user_id = (select auth.uid()));
create policy everyone on public.songs for select to anon using (true);
create table public.lines (id uuid primary key, song_id uuid not null references public.songs (id));
alter table public.lines enable row level security;
revoke all on public.lines from anon, authenticated;
"""


def test_init_proposes_what_passes_and_tells_the_rest(tmp_path: Path):
    folder = project(tmp_path, SONGS, "", ACTORS, preset="supabase")
    target = folder / "policies" / "app.yaml"
    target.unlink()
    target.parent.rmdir()
    outcome = run("rls", "init", folder, "--output", target, "--quiet")
    assert outcome.code == 0, outcome.err
    text = target.read_text(encoding="utf-8")
    assert (
        "owner: user_id  # policy own compares it with the session; it refers to auth.users; its name says so" in text
    )
    assert "# CONFLICT, or is it owner_id? its name says so" in text
    assert "through: song_id" in text
    assert "# OBSERVED, not proposed: anon can select others' rows" in text
    tested = rls("test", folder)
    cells = failed(tested)
    assert cells
    assert {(cell["table"], cell["class"]) for cell in cells} == {("public.songs", "other")}
    assert run("rls", "init", folder, "--output", target, "--quiet").code == 2


TENANTS = """
create schema app;
grant usage on schema app to authenticated, service_role;
create table app.posts (
  id uuid primary key, author_id uuid not null references auth.users,
  published boolean not null default false, status text not null default 'draft' check (status in ('draft', 'shown'))
);
create table public.tags (id int primary key, sharing text not null default 'private');
alter table app.posts enable row level security;
alter table public.tags enable row level security;
create policy own on app.posts to authenticated using (author_id = auth.uid());
create policy read on app.posts for select to authenticated using (published or status <> 'draft');
create policy read on public.tags for select using (sharing <> 'private');
grant select on app.posts to authenticated;
grant all on app.posts to service_role;
insert into storage.buckets (id, name) values ('papers', 'papers');
"""


def test_init_proposes_every_schema_bucket_and_class_of_rows_that_policies_ask_for(tmp_path: Path):
    folder = project(tmp_path, TENANTS, "", "", preset="supabase")
    target = folder / "policies" / "app.yaml"
    target.unlink()
    assert run("rls", "init", folder, "--output", target, "--quiet").code == 0
    text = target.read_text(encoding="utf-8")
    assert "schemas: [public, app]" in text
    assert "  app.posts:\n    owner: author_id" in text
    assert "rows: {published: {of: other, set: {published: true}}, status: {of: other, set: {status: shown}}}" in text
    assert "rows: {sharing: {of: other, set: {sharing: public}}}" in text
    assert "can select published rows" in text
    assert text.endswith("\n  papers: {allow: {}}\n")
    seen = [cell for cell in failed(rls("test", folder)) if cell["form"] == "select" and cell["table"] == "app.posts"]
    assert {cell["class"] for cell in seen} == {"published", "status"}


def test_init_writes_a_file_for_a_project_without_tables(tmp_path: Path):
    folder = project(
        tmp_path, "create function one() returns int language sql as 'select 1';", "", "", preset="supabase"
    )
    target = folder / "policies" / "app.yaml"
    target.unlink()
    assert run("rls", "init", folder, "--output", target, "--quiet").code == 0
    assert "tables: {}" in target.read_text(encoding="utf-8")
    assert rls("test", folder).code != 2


def test_those_who_may_everything_are_no_news(tmp_path: Path):
    actors = ACTORS + "  service: {role: t_service, bypass: true, may: all}\n"
    sql = ROLES + "create role t_service bypassrls;" + NOTES + OWN + "grant all on notes to t_service;"
    folder = project(tmp_path, sql, PRIVATE, actors)
    assert {change["actor"] for change in diff(folder)} == {"user"}
