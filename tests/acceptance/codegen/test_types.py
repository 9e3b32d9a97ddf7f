from pathlib import Path

import psycopg
import pytest
from tests.support.applying import write
from tests.support.program import run

from schemactl.servers import Database

SQL = "create type mood as enum ('sad', 'ok'); create table people (id int primary key, mood mood)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "migrations", _1_people=SQL)


def test_a_folder_a_database_and_a_snapshot_give_the_same_types(folder: Path, plain_database: Database, tmp_path: Path):
    with psycopg.connect(plain_database.dsn) as connection:
        connection.execute(SQL)
    stored = tmp_path / "stored.json"
    assert run("snapshot", folder, "--format", "json", "--output", stored, cwd=tmp_path).code == 0
    result = run("types", "typescript", folder, cwd=tmp_path)
    assert result.code == 0, result.err
    assert "      people: {\n        Row: {\n          id: number\n" in result.out
    assert 'mood: ["sad", "ok"]' in result.out
    for source in (["--database", plain_database.dsn], ["--snapshot", stored]):
        assert run("types", "typescript", *source, cwd=tmp_path).out == result.out


def test_types_go_to_a_file(folder: Path, tmp_path: Path):
    result = run("types", "typescript", folder, "--output", tmp_path / "types.ts", cwd=tmp_path)
    assert (result.code, result.out) == (0, "")
    assert (tmp_path / "types.ts").read_text(encoding="utf-8").startswith("export type Json =")


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["--schema", "publik"], "there is no schema `publik`", 2),
        (["--database", "host=x", "--snapshot", "y.json"], "three sources", 2),
        (["--snapshot", "nowhere.json"], "no such folder or file: nowhere.json", 2),
        (["--database", "host=/nowhere dbname=x"], "cannot reach database `x`", 3),
        (["--output", "nowhere/types.ts"], "cannot write nowhere/types.ts", 2),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, tmp_path: Path, arguments: list[str], message: str, code: int):
    result = run("types", "typescript", *arguments, cwd=tmp_path)
    assert result.code == code
    assert message in result.err
