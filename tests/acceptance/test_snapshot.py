import json
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.support.applying import write
from tests.support.documents import validate
from tests.support.program import run

from schemactl.catalog.snapshot import from_json
from schemactl.servers import Database

BEFORE = """create table t (id int primary key, note text);
comment on table t is 'things';
create policy own on t using (id > 0)"""
AFTER = BEFORE + ";\ngrant select on t to public;\nalter table t add done boolean not null default false"


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A directory with the folders `before` and `after`."""
    write(tmp_path / "before", _1_t=BEFORE)
    write(tmp_path / "after", _1_t=AFTER)
    return tmp_path


def test_a_folder_is_listed(folders: Path):
    result = run("snapshot", "before", cwd=folders)
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    assert "column id integer not null" in lines
    assert "policy own for all to PUBLIC using ((id > 0))" in lines
    assert lines[-1].startswith("✓ before: 8 objects, fingerprint ")


def test_a_live_database_and_its_migrations_are_the_same(folders: Path, plain_database: Database):
    assert run("apply", "before", "--database", plain_database.dsn, cwd=folders).code == 0
    result = run("diff", "before", plain_database.dsn, cwd=folders)
    assert result.code == 0, result.out
    assert "no difference" in result.out


def test_a_snapshot_holds_to_the_published_schema_and_is_read_again(plain_database: Database, tmp_path: Path):
    with psycopg.connect(plain_database.dsn) as connection:
        connection.execute(AFTER)
    stored = tmp_path / "stored.json"
    assert run("snapshot", "--database", plain_database.dsn, "--format", "json", "--output", stored).code == 0
    document = json.loads(stored.read_text(encoding="utf-8"))["snapshot"]
    validate(document, "snapshot.json")
    assert from_json(stored.read_bytes()).fingerprint == document["fingerprint"]
    assert run("diff", stored, plain_database.dsn).code == 0


def test_a_difference_is_told_and_is_exit_code_1(folders: Path):
    result = run("diff", "before", "after", cwd=folders)
    assert result.code == 1
    assert result.out.splitlines() == [
        "public.t",
        "~ table public.t: grants to PUBLIC: (none) → SELECT",
        "+ column done boolean not null default false",
        "",
        "✗ from before to after: 2 changes (1 added, 1 changed)",
    ]


def test_a_difference_as_json_holds_to_the_published_schema(folders: Path):
    result = run("diff", "before", "after", "--format", "json", cwd=folders)
    validate(result.json["diff"], "diff.json")
    assert not result.json["ok"]
    assert [change["path"] for change in result.json["diff"]["changes"]] == [["public", "t", "done"], ["public", "t"]]


def test_a_commit_is_a_source(tmp_path: Path):
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@t.invalid", *arguments], cwd=tmp_path, check=True
        )

    (tmp_path / "schemactl.toml").write_text("", encoding="utf-8")
    write(tmp_path / "migrations", _1_t=BEFORE)
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    write(tmp_path / "migrations", _2_u="create table u (id int)")
    result = run("diff", "git:HEAD", "migrations", cwd=tmp_path)
    assert result.code == 1
    assert "+ table public.u" in result.out.splitlines()
    unknown = run("diff", "git:nowhere", "migrations", cwd=tmp_path)
    assert unknown.code == 2
    assert "at `nowhere`" in unknown.err


def test_schemas_are_left_out_by_option_configuration_and_preset(tmp_path: Path):
    (tmp_path / "schemactl.toml").write_text('[snapshot]\nexclude = ["a"]\n', encoding="utf-8")
    write(tmp_path / "migrations", _1_s="create schema a; create schema b; create schema c")
    plain = run("snapshot", "--exclude", "b", "--format", "json", cwd=tmp_path)
    assert schemas(plain.json) == {"c", "public"}
    named = run("snapshot", "--schema", "a", "--format", "json", cwd=tmp_path)
    assert schemas(named.json) == {"a"}
    supabase = run("snapshot", "--preset", "supabase", "--format", "json", cwd=tmp_path)
    assert schemas(supabase.json) == {"b", "c", "public"}


def schemas(document: Any) -> set[str]:
    return {item["path"][0] for item in document["snapshot"]["objects"] if item["kind"] == "schema"}


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["snapshot", "nowhere"], "no such folder or file: nowhere", 2),
        (["snapshot", "x", "--database", "host=/nowhere"], "were both given", 2),
        (["snapshot", "--database", "host=/nowhere dbname=x"], "cannot reach database `x`", 3),
        (["diff", "a.json", "a.json"], "a.json: not a snapshot", 2),
        (["diff", "edited.json", "a.json"], "edited.json: the snapshot was edited", 2),
        (["diff", "newer.json", "a.json"], "newer.json: a snapshot of schema_version 2", 2),
        (["diff", "git:", "."], "names no commit", 2),
        (["diff", "git:--output=x", "."], "names no commit", 2),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, arguments: list[str], message: str, code: int):
    empty = {"schema_version": 1, "server_version": 180000, "fingerprint": "0" * 64, "objects": []}
    (tmp_path / "a.json").write_text("[]", encoding="utf-8")
    (tmp_path / "edited.json").write_text(json.dumps(empty), encoding="utf-8")
    (tmp_path / "newer.json").write_text(json.dumps({**empty, "schema_version": 2}), encoding="utf-8")
    result = run(*arguments, cwd=tmp_path)
    assert result.code == code
    assert result.out == ""
    assert message in result.err
    assert "hint:" in result.err
