"""`schemactl apply` as a user runs it."""

import json
from pathlib import Path

import pytest
from tests.support.applying import rows, run, write

from schemactl.servers import Database


def test_migrations_are_applied_and_told_on_the_console(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)", _2_b="create table b (id int); select 1")
    first = run("apply", str(folder), "--database", plain_database.dsn)
    assert first.returncode == 0, first.stderr
    assert "2 migrations applied" in first.stdout
    assert "1_a" in first.stdout
    second = run("apply", str(folder), "--database", plain_database.dsn)
    assert second.returncode == 0
    assert "nothing to apply" in second.stdout


def test_json_is_one_document(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)")
    result = run("apply", str(folder), "--format", "json", DATABASE_URL=plain_database.dsn)
    document = json.loads(result.stdout)
    assert result.returncode == 0
    assert [one["migration"] for one in document["apply"]["applied"]] == ["1_a"]


def test_a_dry_run_changes_nothing(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)")
    result = run("apply", str(folder), "--database", plain_database.dsn, "--dry-run")
    assert result.returncode == 0
    assert "1 migration would be applied" in result.stdout
    assert rows(plain_database.dsn, "select to_regclass('a'), to_regnamespace('schemactl')") == [(None, None)]


def test_a_failing_statement_is_exit_code_6_with_its_place(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int);\ncreate table a (id int)")
    result = run("apply", str(folder), "--database", plain_database.dsn)
    assert result.returncode == 6
    assert "1_a.sql:2:1: 42P07 duplicate table" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_edited_after_it_was_applied_is_exit_code_5_with_a_diff(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)")
    assert run("apply", str(folder), "--database", plain_database.dsn).returncode == 0
    write(folder, _1_a="create table a (id bigint)")
    result = run("apply", str(folder), "--database", plain_database.dsn)
    assert result.returncode == 5
    assert "+create table a (id bigint)" in result.stderr.replace("  ", "")


def test_a_cosmetic_edit_is_recorded_anew_with_a_note(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)")
    assert run("apply", str(folder), "--database", plain_database.dsn).returncode == 0
    write(folder, _1_a="-- A table\r\ncreate  table a (id int)\r\n;")
    result = run("apply", str(folder), "--database", plain_database.dsn)
    assert result.returncode == 0
    assert "only comments, white space or line ends changed" in result.stderr
    again = run("apply", str(folder), "--database", plain_database.dsn)
    assert again.stderr == ""


def test_no_server_is_exit_code_3_without_the_password(tmp_path: Path):
    folder = write(tmp_path / "m", _1_a="create table a (id int)")
    secret = "sw0rd" + "fish99"
    result = run("apply", str(folder), "--database", f"postgresql://ada:{secret}@127.0.0.1:1/x")
    assert result.returncode == 3
    assert "cannot reach database `x` on 127.0.0.1 port 1 as `ada`: Connection refused" in result.stderr
    assert "hint:" in result.stderr
    assert secret not in result.stdout + result.stderr


def test_no_database_named_at_all_is_exit_code_2(tmp_path: Path):
    result = run("apply", str(write(tmp_path / "m", _1_a="select 1")))
    assert result.returncode == 2
    assert "no database given" in result.stderr


def test_a_file_that_is_gone_is_exit_code_5(tmp_path: Path, embedded_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)", _2_b="select 2", _3_c="select 3")
    assert run("apply", str(folder), "--database", embedded_database.dsn).returncode == 0
    (folder / "2_b.sql").unlink()
    result = run("apply", str(folder), "--database", embedded_database.dsn)
    assert result.returncode == 5
    assert "2_b: applied on 20" in result.stderr
    assert "but its file is gone" in result.stderr
    assert "schemactl repair" in result.stderr


def test_a_database_ahead_of_the_files_is_exit_code_5(tmp_path: Path, embedded_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)", _2_b="select 2")
    assert run("apply", str(folder), "--database", embedded_database.dsn).returncode == 0
    (folder / "2_b.sql").unlink()
    result = run("apply", str(folder), "--database", embedded_database.dsn)
    assert result.returncode == 5
    assert "no file here is as new" in result.stderr
    assert "Update your copy of the files" in result.stderr


def test_up_to_a_version_and_then_the_rest(tmp_path: Path, embedded_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)", _2_b="select 2", R__v="select 3")
    first = run("apply", str(folder), "--database", embedded_database.dsn, "--to", "1")
    assert "1 migration applied" in first.stdout
    second = run("apply", str(folder), "--database", embedded_database.dsn)
    assert "2 migrations applied" in second.stdout


@pytest.mark.parametrize(
    ("arguments", "files", "configuration", "said"),
    [
        (["--to", "7"], {}, "", "has version 7"),
        (["--to", "x"], {}, "", "--to takes a version, not `x`"),
        ([], {"_2_b": "selec 1"}, "", "2_b.sql:1:1: syntax error"),
        ([], {"_2_b": "-- schemactl:lock_timeout=soon\nselect 1"}, "", "`lock_timeout` cannot be `soon`"),
        ([], {"_2_b": "\\echo hello"}, "", "is a psql meta-command"),
        ([], {}, '[apply]\nlock_timeout = "soon"\n', "`apply.lock_timeout` cannot be `soon`"),
        ([], {}, '[apply]\nlock_timout = "2s"\n', "unknown key `apply.lock_timout`"),
    ],
)
def test_what_cannot_be_read_is_exit_code_2_and_nothing_runs(
    tmp_path: Path,
    embedded_database: Database,
    arguments: list[str],
    files: dict[str, str],
    configuration: str,
    said: str,
):
    folder = write(tmp_path / "m", _1_a="create table a (id int)", **files)
    config = tmp_path / "schemactl.toml"
    config.write_text(configuration, encoding="utf-8")
    result = run("apply", str(folder), "--database", embedded_database.dsn, "--config", str(config), *arguments)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert rows(embedded_database.dsn, "select to_regclass('a')") == [(None,)]
