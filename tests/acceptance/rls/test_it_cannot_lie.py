"""A run that proves nothing must fail: policies gone, superusers, no rows, words that do not exist."""

from pathlib import Path

import pytest
from tests.support.access import ACTORS, NOTES, OWN, PRIVATE, ROLES, failed, project, rls, rules


def test_a_sound_project_passes(tmp_path: Path):
    outcome = rls("test", project(tmp_path, ROLES + NOTES + OWN, PRIVATE))
    assert outcome.code == 0, outcome.out
    assert failed(outcome) == []


def test_with_every_policy_dropped_it_fails(tmp_path: Path):
    outcome = rls("test", project(tmp_path, ROLES + NOTES, PRIVATE))
    assert outcome.code == 1
    assert rules(outcome) == ["declared-access-refused"]
    assert {cell["verdict"] for cell in failed(outcome)} == {"deny"}


def test_with_row_security_off_it_fails(tmp_path: Path):
    outcome = rls(
        "test", project(tmp_path, ROLES + NOTES + OWN + "alter table notes disable row level security;", PRIVATE)
    )
    assert outcome.code == 1
    (finding,) = outcome.json["findings"]
    assert finding["rule"] == "access-beyond-policies"
    assert "row security is off" in finding["message"]


@pytest.mark.parametrize("attribute", ["superuser", "bypassrls"])
def test_run_as_a_role_that_row_security_does_not_bind_it_fails(tmp_path: Path, attribute: str):
    role = f"create role t_{attribute} {attribute};"
    actors = ACTORS.replace("user: {role: t_user,", f"user: {{role: t_{attribute},")
    outcome = rls("test", project(tmp_path, ROLES + role + NOTES + OWN, PRIVATE, actors))
    assert outcome.code == 1
    assert "access-not-tested" in rules(outcome)
    assert {"INVALID"} == {cell["verdict"] for cell in failed(outcome) if cell["form"] != "call"}


def test_run_as_the_owner_of_the_table_it_fails(tmp_path: Path):
    sql = ROLES + NOTES + OWN + "alter table notes owner to t_user;"
    outcome = rls("test", project(tmp_path, sql, PRIVATE))
    assert outcome.code == 1
    assert "which owns the table" in outcome.json["findings"][0]["message"]
    forced = rls("test", project(tmp_path, sql + "alter table notes force row level security;", PRIVATE))
    assert "access-not-tested" not in rules(forced)


def test_with_an_empty_table_it_fails(tmp_path: Path):
    empty = """
    create function drop_it() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger drop_it before insert on notes for each row execute function drop_it();
    """
    outcome = rls("test", project(tmp_path, ROLES + NOTES + OWN + empty, PRIVATE))
    assert outcome.code == 1
    assert "access-not-tested" in rules(outcome)
    assert "a trigger on public.notes drops new rows" in outcome.out


def test_what_cannot_be_seeded_may_be_waived_with_a_reason(tmp_path: Path):
    impossible = (
        "create table odd (id uuid primary key, owner_id uuid not null, n int not null check (n > 5 and n < 3));"
    )
    waived = PRIVATE.replace("tables: {", 'tables: {odd: {allow: {}, waived: "not used yet"}, ')
    sql = ROLES + NOTES + OWN + impossible + "alter table odd enable row level security;"
    assert rls("test", project(tmp_path, sql, waived)).code == 0
    assert rls("test", project(tmp_path, sql, waived.replace(', waived: "not used yet"', ""))).code == 1


@pytest.mark.parametrize(
    ("before", "after", "line", "hint"),
    [
        ("role: t_guest", "role: t_guset", 5, "Did you mean `t_guest`?"),
        ("tables: {notes:", "tables: {note:", 8, "Did you mean `notes`?"),
        ("{user: {own: all}}", "{user: {own: update(titel)}}", 8, "Did you mean `title`?"),
        ("owner: owner_id", "owner: user_id", 8, "owner: none"),
        ("functions: {me:", "functions: {mee:", 9, "Did you mean `public.me`?"),
    ],
)
def test_a_typo_fails_and_names_its_line(tmp_path: Path, before: str, after: str, line: int, hint: str):
    text = (ACTORS + PRIVATE).replace(before, after)
    outcome = rls("test", project(tmp_path, ROLES + NOTES + OWN, text, actors=""))
    assert outcome.code == 2
    assert f"app.yaml:{line}" in outcome.out.replace('", "line": ', ":") or f'"line": {line}' in outcome.out
    assert hint in outcome.out


def test_what_no_file_mentions_is_an_error(tmp_path: Path):
    more = """
    create table extra (id int primary key);
    create view seen as select 1 as one;
    create function f(a int) returns int language sql as 'select 1';
    create publication p for table notes;
    """
    outcome = rls("test", project(tmp_path, ROLES + NOTES + OWN + more, PRIVATE + "realtime: []\n"))
    assert outcome.code == 1
    objects = {one["object"] for one in outcome.json["findings"] if one["rule"] == "access-not-declared"}
    assert objects == {
        "table public.extra", "view public.seen", "function public.f(integer)", "public.notes in a publication",
    }  # fmt: skip


def test_a_policy_that_stumbles_over_the_session_is_not_blamed_for_another(tmp_path: Path):
    sql = """
    create policy a_own on notes for select to t_user using (owner_id = current_setting('app.user_id', true)::uuid);
    create policy z_open on notes for select to t_user using (true);
    """
    wanted = "tables: {notes: {allow: {user: {own: select}}}}\nfunctions: {me: {allow: [anyone], reason: a helper}}\n"
    outcome = rls("test", project(tmp_path, ROLES + NOTES + sql, wanted))
    beyond = [one["object"] for one in outcome.json["findings"] if one["rule"] == "access-beyond-policies"]
    assert beyond == ["policy z_open on public.notes"]


def test_a_policy_that_fails_is_no_denial(tmp_path: Path):
    broken = "create policy broken on notes for select to t_guest using (owner_id = 'nobody'::text::uuid);"
    outcome = rls(
        "test", project(tmp_path, ROLES + NOTES + OWN + broken + "grant select on notes to t_guest;", PRIVATE)
    )
    assert outcome.code == 1
    assert "access-error" in rules(outcome)
    assert "22P02" in outcome.out
