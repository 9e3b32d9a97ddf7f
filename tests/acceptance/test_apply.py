"""`schemactl apply` as a user runs it."""

import json
from pathlib import Path

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
