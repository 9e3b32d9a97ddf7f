"""Mutants must be noticed; the matrix shows what is there."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.access import ACTORS, NOTES, OWN, PRIVATE, ROLES, project, rls
from tests.support.program import run


def test_every_mutant_of_a_sound_project_is_noticed(tmp_path: Path):
    outcome = rls("mutate", project(tmp_path, ROLES + NOTES + OWN, PRIVATE))
    assert outcome.code == 0, outcome.out
    document = outcome.json["rls_mutate"]
    assert document["score"] == 100
    names = {mutant["name"] for mutant in document["mutants"] if not mutant["failure"]}
    assert {"dropped", "using: true", "with check: true", "row security off", "truncate granted to t_user"} <= names
    assert any("is not null instead of" in name for name in names)
    assert all(mutant["noticed_by"] for mutant in document["mutants"] if not mutant["failure"])


SPARE = """
create policy spare on notes as restrictive to t_user using (title is not null);
"""


def test_a_survivor_is_reported_at_its_policy_until_a_reason_is_written(tmp_path: Path):
    sql = ROLES + NOTES + OWN + SPARE
    outcome = rls("mutate", project(tmp_path, sql, PRIVATE))
    assert outcome.code == 1
    survivors = [one for one in outcome.json["findings"] if one["rule"] == "surviving-mutant"]
    assert {one["object"] for one in survivors} == {"policy spare on public.notes"}
    assert {one["line"] for one in survivors} == {sql[: sql.index("create policy spare")].count("\n") + 1}
    reasons = 'survivors: {"policy spare on *": titles are not null anyway}\n'
    assert rls("mutate", project(tmp_path, sql, PRIVATE + reasons)).code == 0


def test_a_reason_that_excuses_nothing_is_told(tmp_path: Path):
    outcome = rls("mutate", project(tmp_path, ROLES + NOTES + OWN, PRIVATE + "survivors: {gone: why}\n"))
    assert [one["rule"] for one in outcome.json["findings"]] == ["unused-survivor"]


def test_mutants_of_a_test_that_fails_say_nothing(tmp_path: Path):
    outcome = rls("mutate", project(tmp_path, ROLES + NOTES, PRIVATE))
    assert outcome.code == 2
    assert "does not pass" in outcome.out


HOLE = "create policy hole on notes for select to t_user using (true);"


def access(outcome: Any) -> dict[tuple[str, str, str], list[str]]:
    return {(row["table"], row["actor"], row["class"]): row["allowed"] for row in outcome["rls_matrix"]["access"]}


def test_the_matrix_shows_what_is_there_whatever_is_declared(tmp_path: Path):
    sound = access(rls("matrix", project(tmp_path, ROLES + NOTES + OWN, PRIVATE)).json)
    assert sound["public.notes", "user", "own"] == ["delete", "insert", "select", "update"]
    assert sound["public.notes", "user", "other"] == []
    leaky = access(rls("matrix", project(tmp_path, ROLES + NOTES + OWN + HOLE, PRIVATE)).json)
    assert leaky["public.notes", "user", "other"] == ["select"]


def test_the_matrix_needs_no_policies_files(tmp_path: Path):
    folder = project(tmp_path, ROLES + NOTES + OWN + HOLE, "", ACTORS, preset="supabase")
    (folder / "policies" / "app.yaml").unlink()
    (folder / "policies").rmdir()
    sql = """
    create table public.songs (id uuid primary key, user_id uuid not null references auth.users (id), title text);
    alter table public.songs enable row level security;
    create policy own on public.songs to authenticated using (user_id = (select auth.uid()));
    create policy everyone on public.songs for select to anon using (title is not null or true);
    """
    (folder / "migrations" / "1_app.sql").write_text(sql, encoding="utf-8")
    seen = access(rls("matrix", folder).json)
    assert seen["public.songs", "anon", "other"] == ["select"]
    assert seen["public.songs", "authenticated", "other"] == []
    assert seen["public.songs", "authenticated", "own"] == ["delete", "insert", "select", "update"]


@pytest.mark.parametrize("options", [("--html",), ("--format", "html", "--output")])
def test_the_page_has_every_table_and_actor(tmp_path: Path, options: tuple[str, ...]):
    page = tmp_path / "access.html"
    others = "create policy seen on notes for select to t_guest using (true); grant select on notes to t_guest;"
    folder = project(tmp_path / "app", ROLES + NOTES + OWN + others, PRIVATE)
    outcome = run("rls", "matrix", folder, *options, page, "--quiet")
    assert outcome.code == 0, outcome.err
    text = page.read_text(encoding="utf-8")
    assert "<tr><th>notes</th>" in text
    assert all(f"<th>{actor}<small>" in text for actor in ("guest", "user", "stranger"))
    words = ("select", "insert", "update", "delete")
    own = "".join(f'<i class="own" title="{word}">{letter}</i>' for word, letter in zip(words, "riud", strict=True))
    assert f"<div><b>own</b>{own}</div>" in text
    assert '<div><b>other</b><i class="read" title="select">r</i><i>·</i><i>·</i><i>·</i></div>' in text
    assert "<!-- " not in text


def test_the_matrix_has_the_tables_of_every_schema_with_row_security(tmp_path: Path):
    (tmp_path / "migrations").mkdir()
    sql = """
    create schema "App Data";
    create table "App Data"."T" (id int primary key);
    alter table "App Data"."T" enable row level security;
    """
    (tmp_path / "migrations/0001_a.sql").write_text(sql, encoding="utf-8")
    outcome = run("rls", "matrix", "--format", "json", cwd=tmp_path)
    assert outcome.code == 0, outcome.err
    assert outcome.json["summary"].startswith("1 table,")


def test_the_matrix_of_a_project_that_names_no_actor_is_shown(tmp_path: Path):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/0001_a.sql").write_text("create table a (id int primary key);", encoding="utf-8")
    outcome = run("rls", "matrix", cwd=tmp_path)
    assert outcome.code == 0, outcome.err
