"""baseline, repair and rollback as a user runs them."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from tests.support.applying import history, rows, run, write

from schemactl.servers import Database

Program = Callable[..., CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "m"


@pytest.fixture
def on(folder: Path, embedded_database: Database) -> Program:
    """Runs a command on the folder and the database."""

    def command(name: str, *arguments: str) -> CompletedProcess[str]:
        where = (str(folder),) if name in {"apply", "rollback"} else ("--folder", str(folder))
        result = run(name, *arguments, *where, "--database", embedded_database.dsn)
        assert "Traceback" not in result.stderr
        return result

    return command


def exists(dsn: str, *tables: str) -> list[bool]:
    return [bool(rows(dsn, f"select to_regclass('{table}') is not null")[0][0]) for table in tables]


def test_a_baseline_counts_everything_below_as_present(folder: Path, on: Program, embedded_database: Database):
    write(folder, _1_a="create table a ()", _2_b="create table b ()", _3_c="create table c ()")
    result = on("baseline", "2")
    assert result.returncode == 0, result.stderr
    assert "recorded everything up to 2 (2 migrations) as present" in result.stdout
    assert on("baseline", "002").stdout.count("already") == 1
    assert "1 migration applied" in on("apply").stdout
    assert exists(embedded_database.dsn, "a", "b", "c") == [False, False, True]
    assert history(embedded_database.dsn) == [("2", "baseline", 0, 0), ("3", "applied", 1, 1)]


@pytest.mark.parametrize(
    ("version", "code", "said"),
    [("9", 2, "no migration in"), ("x", 2, "takes a version"), ("1", 5, "the database has 2_b already")],
)
def test_a_baseline_that_cannot_be_is_refused(folder: Path, on: Program, version: str, code: int, said: str):
    write(folder, _1_a="create table a ()", _2_b="create table b ()")
    assert on("apply").returncode == 0
    result = on("baseline", version)
    assert result.returncode == code
    assert said in result.stderr
    assert "hint:" in result.stderr


def test_rollback_takes_the_last_applied_back_and_apply_brings_it_again(
    folder: Path, on: Program, embedded_database: Database
):
    write(
        folder,
        _1_a="create table a ()",
        _1_a__down="drop table a",
        _2_b="create table b ()",
        _2_b__down="drop table b;",
        _3_c="create table c ()",
        _3_c__down="drop table c",
    )
    assert on("apply").returncode == 0
    dry = on("rollback", "--steps", "2", "--dry-run")
    assert "2 migrations would be taken back" in dry.stdout
    assert exists(embedded_database.dsn, "a", "b", "c") == [True, True, True]
    result = on("rollback")
    assert result.returncode == 0, result.stderr
    assert "1 migration taken back" in result.stdout
    assert exists(embedded_database.dsn, "a", "b", "c") == [True, True, False]
    assert on("rollback", "--to", "1").returncode == 0
    assert exists(embedded_database.dsn, "a", "b") == [True, False]
    assert history(embedded_database.dsn) == [("1", "applied", 1, 1)]
    assert on("rollback", "--to", "0").returncode == 0
    assert exists(embedded_database.dsn, "a") == [False]
    assert "nothing to take back" in on("rollback").stdout
    assert "3 migrations applied" in on("apply").stdout


def test_rollback_goes_by_when_it_was_applied_not_by_the_number(folder: Path, on: Program, embedded_database: Database):
    write(folder, _1_a="create table a ()", _3_c="create table c ()", _3_c__down="drop table c")
    assert on("apply").returncode == 0
    write(folder, _2_b="create table b ()", _2_b__down="drop table b")
    assert on("apply").returncode == 5
    assert on("apply", "--out-of-order").returncode == 0
    assert on("rollback").returncode == 0
    assert exists(embedded_database.dsn, "b", "c") == [False, True]


@pytest.mark.parametrize(
    ("down", "arguments", "code", "said"),
    [
        (None, (), 2, "2_b has no down file, so nothing was taken back"),
        ("drop table b; drop table nowhere", (), 6, "42P01 undefined table"),
        ("drop index concurrently i", (), 2, "DROP INDEX CONCURRENTLY in a down file"),
        ("begin; drop table b", (), 2, "BEGIN inside a migration"),
        ("drop table b", ("--to", "7"), 2, "no migration 7 to go back to"),
        ("drop table b", ("--to", "1", "--steps", "1"), 2, "contradict"),
        ("drop table b", ("--steps", "2"), 2, "1_a has no down file"),
    ],
)
def test_a_rollback_that_cannot_be_takes_nothing_back(
    folder: Path,
    on: Program,
    embedded_database: Database,
    down: str | None,
    arguments: tuple[str, ...],
    code: int,
    said: str,
):
    write(folder, _1_a="create table a ()", _2_b="create table b ()", **({"_2_b__down": down} if down else {}))
    assert on("apply").returncode == 0
    result = on("rollback", *arguments)
    assert result.returncode == code, result.stderr
    assert said in result.stderr
    assert exists(embedded_database.dsn, "a", "b") == [True, True]
    assert len(history(embedded_database.dsn)) == 2


def test_a_baseline_cannot_be_rolled_back(folder: Path, on: Program):
    write(folder, _1_a="select 1", _1_a__down="select 2")
    on("baseline", "1")
    result = on("rollback")
    assert result.returncode == 5
    assert "1_a is the baseline" in result.stderr


def test_repair_renumbers_a_file_by_its_content_and_does_not_run_it_again(
    folder: Path, on: Program, embedded_database: Database
):
    write(folder, _1_a="create table a ()", _2_b="create table b ()")
    assert on("apply").returncode == 0
    (folder / "2_b.sql").rename(folder / "5_b.sql")
    assert on("apply").returncode == 5
    proposal = on("repair")
    assert proposal.returncode == 1
    assert "renumber: its content is now 5_b.sql" in proposal.stdout
    assert history(embedded_database.dsn)[-1][0] == "2"
    before = rows(embedded_database.dsn, "select started_at, applied_by from schemactl.history order by started_at")
    assert on("repair", "--yes").returncode == 0
    after = rows(embedded_database.dsn, "select started_at, applied_by from schemactl.history order by started_at")
    assert after == before
    assert [row[0] for row in history(embedded_database.dsn)] == ["1", "5"]
    assert "nothing to apply" in on("apply").stdout
    assert "nothing to repair" in on("repair").stdout


@pytest.mark.parametrize("renames", [{"2_b": "3_b", "3_c": "4_c"}, {"2_b": "3_b", "3_c": "2_c"}])
def test_repair_follows_files_that_changed_places(
    folder: Path, on: Program, embedded_database: Database, renames: dict[str, str]
):
    write(folder, _1_a="create table a ()", _2_b="create table b ()", _3_c="create table c ()")
    assert on("apply").returncode == 0
    for old in renames:
        (folder / f"{old}.sql").rename(folder / f"{old}.moved")
    for old, new in renames.items():
        (folder / f"{old}.moved").rename(folder / f"{new}.sql")
    result = on("repair", "--yes")
    assert result.returncode == 0, result.stderr
    assert "nothing to apply" in on("apply").stdout


def test_repair_records_an_edit_and_forgets_a_file_that_is_gone(folder: Path, on: Program, embedded_database: Database):
    write(folder, _1_a="create table a ()", _2_b="create table b ()", _3_c="select 3")
    assert on("apply").returncode == 0
    before = rows(embedded_database.dsn, "select started_at, applied_by from schemactl.history where id = '1'")
    write(folder, _1_a="create table a (id int)")
    (folder / "2_b.sql").unlink()
    only = json.loads(on("repair", "1", "--format", "json").stdout)["repair"]["repairs"]
    assert [(one["migration"], one["repair"]) for one in only] == [("1_a", "rerecord")]
    both = json.loads(on("repair", "--format", "json", "--yes").stdout)["repair"]
    assert [one["repair"] for one in both["repairs"]] == ["rerecord", "forget"]
    assert both["written"] is True
    assert rows(embedded_database.dsn, "select started_at, applied_by from schemactl.history where id = '1'") == before
    assert "nothing to apply" in on("apply").stdout


def test_repair_renumbers_what_broke_off_and_does_not_call_it_applied(
    folder: Path, on: Program, embedded_database: Database
):
    text = "-- schemactl:transaction=none\ncreate table a (); select * from b"
    write(folder, _1_z="select 1", _2_a=text)
    assert on("apply").returncode == 6
    (folder / "2_a.sql").rename(folder / "3_a.sql")
    assert on("repair", "--yes").returncode == 0
    assert history(embedded_database.dsn) == [("1", "applied", 1, 1), ("3", "failed", 1, 2)]
    write(folder, _3_a=text.replace("select * from b", "create table b ()"))
    assert on("apply").returncode == 0
    assert history(embedded_database.dsn)[-1] == ("3", "applied", 2, 2)


def test_repair_marks_what_a_person_says(folder: Path, on: Program, embedded_database: Database):
    write(folder, _1_a="-- schemactl:transaction=none\nselect 1; select 1 / 0", _2_b="create table b ()")
    assert on("apply").returncode == 6
    assert history(embedded_database.dsn) == [("1", "failed", 1, 2)]
    assert on("repair", "1", "--mark", "applied", "--yes").returncode == 0
    assert history(embedded_database.dsn) == [("1", "applied", 2, 2)]
    assert on("apply").returncode == 0
    assert on("repair", "2", "--mark", "pending", "--yes").returncode == 0
    assert history(embedded_database.dsn) == [("1", "applied", 2, 2)]
    assert on("repair", "9", "--mark", "applied").returncode == 2
    assert on("repair", "--mark", "applied").returncode == 2
