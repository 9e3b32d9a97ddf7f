import json
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
        (["--check", "nowhere.ts"], "cannot read nowhere.ts", 2),
        (["--format", "sarif"], "--format is for --check", 2),
        (["--output", "nowhere/types.ts"], "cannot write nowhere/types.ts", 2),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, tmp_path: Path, arguments: list[str], message: str, code: int):
    result = run("types", "typescript", *arguments, cwd=tmp_path)
    assert result.code == code
    assert message in result.err


PLANS = Path(__file__).parents[2] / "cases" / "plans"


def test_the_types_of_the_plans_differ_in_the_columns_of_defect_9_and_no_other():
    defects = json.loads((PLANS / "defects.json").read_text(encoding="utf-8"))["defects"]
    (places,) = (defect["locations"] for defect in defects if defect["number"] == 9)
    result = run("types", "typescript", "--check", "types.ts", "--format", "json", cwd=PLANS)
    assert result.code == 1, result.err
    found = [(finding["rule"], finding["object"], finding["line"]) for finding in result.json["findings"]]
    assert sorted(found) == sorted(
        ("types-wrong-nullability", f"column {place['object']}", place["types"]["line"]) for place in places
    )


def test_the_right_types_of_the_plans_are_silent(tmp_path: Path):
    lines = (PLANS / "types.ts").read_text(encoding="utf-8").splitlines()
    defects = json.loads((PLANS / "defects.json").read_text(encoding="utf-8"))["defects"]
    for place in next(defect["locations"] for defect in defects if defect["number"] == 9):
        lines[place["types"]["line"] - 1] += " | null"
    (tmp_path / "types.ts").write_text("\n".join(lines), encoding="utf-8")
    result = run("types", "typescript", "--check", tmp_path / "types.ts", "--format", "json", cwd=PLANS)
    assert result.code == 0, result.out
    assert len(result.json["types"]["compared"]) == 4


def test_what_is_written_is_right(folder: Path, tmp_path: Path):
    assert run("types", "typescript", folder, "--output", tmp_path / "types.ts", cwd=tmp_path).code == 0
    assert run("types", "typescript", folder, "--check", tmp_path / "types.ts", cwd=tmp_path).code == 0


@pytest.mark.parametrize(
    ("style", "line"),
    [(None, "@_dataclass"), ("pydantic", "class People(_BaseModel):"), ("typeddict", "class People(_TypedDict):")],
)
def test_python_is_written_in_a_style(folder: Path, tmp_path: Path, style: str | None, line: str):
    result = run("types", "python", folder, *(["--style", style] if style else []), cwd=tmp_path)
    assert result.code == 0, result.err
    assert line in result.out
    assert "mood: Mood | None" in result.out.replace('"', "")


def test_an_option_of_the_other_language_is_refused(folder: Path, tmp_path: Path):
    assert "--style is not for typescript" in run("types", "typescript", "--style", "pydantic", cwd=tmp_path).err
    assert "--one-to-one is not for python" in run("types", "python", "--one-to-one", cwd=tmp_path).err


def test_more_can_be_said_where_it_is_asked_for(tmp_path: Path):
    write(tmp_path / "migrations", _1_t="create table t (id bigint not null, s text not null check (s in ('a', 'b')))")
    plain = run("types", "typescript", cwd=tmp_path)
    assert "id: number\n          s: string\n" in plain.out
    precise = run("types", "typescript", "--precise", "bigint", "--precise", "checks", cwd=tmp_path)
    assert 'id: string\n          s: "a" | "b"\n' in precise.out
