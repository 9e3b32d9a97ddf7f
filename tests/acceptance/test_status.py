from pathlib import Path

import psycopg
import pytest
from tests.support.program import Outcome, run

from schemactl.servers import Database, Server

ONE = "CREATE TABLE users (id int);\nCREATE TABLE orders (id int);\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_users.sql").write_text(ONE)
    (folder / "0003_songs.sql").write_text("CREATE TABLE songs (id int);\n")
    return tmp_path


@pytest.fixture
def applied(project: Path, embedded_database: Database) -> Path:
    assert run("apply", "-d", embedded_database.dsn, cwd=project).code == 0
    return project


def status(project: Path, database: Database, *options: str) -> Outcome:
    return run("status", "-d", database.dsn, *options, cwd=project)


def standings(outcome: Outcome) -> dict[str, str]:
    return {item["migration"]: item["standing"] for item in outcome.json["status"]["migrations"]}


def test_before_the_first_run_everything_is_pending_and_nothing_is_made(project: Path, embedded_database: Database):
    outcome = status(project, embedded_database)
    assert outcome.code == 0
    assert "2 pending, 0 applied on database" in outcome.out
    assert status(project, embedded_database, "--check").code == 1
    with psycopg.connect(embedded_database.dsn) as connection:
        assert connection.execute("SELECT to_regnamespace('schemactl')").fetchone() == (None,)


def test_afterwards_it_says_when_and_by_whom(applied: Path, embedded_database: Database):
    outcome = status(applied, embedded_database, "--format", "json", "--check")
    assert outcome.code == 0
    assert standings(outcome) == {"0001_users": "applied", "0003_songs": "applied"}
    first = outcome.json["status"]["migrations"][0]
    assert first["finished_at"] >= first["started_at"]
    assert first["applied_by"]
    assert (first["statements_done"], first["statements_total"]) == (2, 2)
    assert "nothing pending, 2 applied" in status(applied, embedded_database).out


def test_an_edit_is_shown_statement_by_statement(applied: Path, embedded_database: Database):
    (applied / "migrations/0001_users.sql").write_text(ONE.replace("users (id int)", "users (id bigint)"))
    outcome = status(applied, embedded_database)
    assert outcome.code == 5
    assert "1 in conflict, nothing pending, 1 applied" in outcome.out
    assert "-CREATE TABLE users (id int)\n" in outcome.out
    assert "+CREATE TABLE users (id bigint)\n" in outcome.out
    assert "statement 2" not in outcome.out


def test_a_cosmetic_edit_is_a_note(applied: Path, embedded_database: Database):
    (applied / "migrations/0001_users.sql").write_text("-- users\r\n" + ONE.replace("\n", "\r\n"))
    outcome = status(applied, embedded_database)
    assert outcome.code == 0
    assert "only comments, white space or line ends changed" in outcome.out


@pytest.mark.parametrize(
    ("change", "standing", "rule"),
    [
        ("0001_users.sql", "deleted", "history-deleted"),
        ("0003_songs.sql", "unknown", "history-unknown"),
        ("+0002_late.sql", "out of order, refused", "history-out-of-order"),
    ],
)
def test_a_disagreement_of_files_and_history_ends_with_5(
    applied: Path, embedded_database: Database, change: str, standing: str, rule: str
):
    path = applied / "migrations" / change.removeprefix("+")
    if change.startswith("+"):
        path.write_text("SELECT 1;")
    else:
        path.unlink()
    outcome = status(applied, embedded_database, "--format", "json")
    assert outcome.code == 5
    assert standings(outcome)[path.stem] == standing
    (finding,) = outcome.json["findings"]
    assert (finding["rule"], finding["severity"]) == (rule, "error")
    assert finding["hint"]
    assert not outcome.json["ok"]


def test_a_run_that_broke_off_says_how_far_it_came_and_why(project: Path, embedded_database: Database):
    text = "-- schemactl:transaction=none\nVACUUM users;\nVACUUM nowhere;\n"
    (project / "migrations/0004_vacuum.sql").write_text(text)
    assert run("apply", "-d", embedded_database.dsn, cwd=project).code == 6
    outcome = status(project, embedded_database)
    assert outcome.code == 0
    assert "1 pending, 2 applied" in outcome.out
    assert "0004_vacuum: broke off after 1 of 2 statements" in outcome.out
    assert '"nowhere" does not exist' in " ".join(outcome.out.split())


def test_a_long_history_is_shortened_and_whole_as_json(project: Path, embedded_database: Database):
    for number in range(100, 160):
        (project / f"migrations/{number:04}_x.sql").write_text("SELECT 1;")
    assert run("apply", "-d", embedded_database.dsn, cwd=project).code == 0
    out = status(project, embedded_database).out
    assert "… 22 before" in out
    assert "0159_x" in out
    assert "0100_x" not in out
    assert len(standings(status(project, embedded_database, "-f", "json", "--format", "json"))) == 62


def test_a_role_that_may_not_read_the_history_is_told_so(
    applied: Path, embedded_database: Database, embedded_server: Server
):
    with psycopg.connect(embedded_database.dsn, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS blind")
        connection.execute("CREATE ROLE blind LOGIN")
    try:
        outcome = run("status", "-d", embedded_server.dsn(embedded_database.name, "blind"), cwd=applied)
    finally:
        with psycopg.connect(embedded_database.dsn, autocommit=True) as connection:
            connection.execute("DROP ROLE blind")
    assert outcome.code == 3
    assert "42501" in outcome.err
    assert "GRANT" in outcome.err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([], 2, "no database given"),
        (["-d", "postgresql://u:" + "geheim" + "@127.0.0.1:1/x"], 3, "127.0.0.1"),
        (["-d", "mysql://x"], 2, "not PostgreSQL's"),
        (["nowhere", "-d", "dbname=x"], 2, "nowhere: no such file or directory"),
    ],
)
def test_what_cannot_be_asked_is_an_error(project: Path, options: list[str], code: int, message: str):
    outcome = run("status", *options, cwd=project)
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err
    assert "hint:" in outcome.err or "nowhere" in options
    assert "geheim" not in outcome.err
