from pathlib import Path

import psycopg
import pytest
from tests.support.program import Outcome, run

from schemactl.servers import Database


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_index.sql").write_text(
        "CREATE TABLE notes (id int);\nCREATE INDEX i ON orders (id);\nALTER TABLE orders ADD COLUMN c int;\n"
    )
    return tmp_path


@pytest.fixture
def database(embedded_database: Database) -> Database:
    with psycopg.connect(embedded_database.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id")
        connection.execute("ANALYZE orders")
    return embedded_database


def plan(project: Path, database: Database, *options: str) -> Outcome:
    return run("plan", "-d", database.dsn, *options, cwd=project)


def test_each_statement_is_shown_with_lock_table_and_size(project: Path, database: Database):
    outcome = plan(project, database, "--format", "json")
    assert outcome.code == 0
    locks = [
        [(lock["relation"], lock["mode"], lock["rows"], lock["danger"]) for lock in statement["locks"]]
        for statement in outcome.json["plan"]["statements"]
    ]
    assert locks == [[], [("orders", "SHARE", 1000, "low")], [("orders", "ACCESS EXCLUSIVE", 1000, "low")]]
    assert "1 migration, 3 statements pending" in outcome.json["summary"]


def test_the_console_shows_it_and_nothing_is_changed(project: Path, database: Database):
    out = plan(project, database).out
    assert "SHARE" in out
    assert "1,000" in out
    assert "reads, writes briefly" in out
    with psycopg.connect(database.dsn) as connection:
        assert connection.execute("SELECT to_regclass('notes'), to_regnamespace('schemactl')").fetchone() == (
            None,
            None,
        )


def test_what_is_applied_is_pending_no_longer(project: Path, database: Database):
    assert run("apply", "-d", database.dsn, cwd=project).code == 0
    assert "nothing to apply" in plan(project, database).out


@pytest.mark.parametrize(
    ("file", "text", "options", "code", "message"),
    [
        ("0002_x.sql", "CREATE TABEL x;", [], 2, "0002_x.sql:1:8"),
        ("0002_x.sql", "COMMIT;", [], 2, "COMMIT inside a migration"),
        ("0002_x.sql", "SELECT 1;", ["--to", "7"], 2, "has version 7"),
        ("0002_x.sql", "SELECT 1;", ["--to", "x"], 2, "--to takes a version"),
        ("x.sql", "SELECT 1;", [], 2, "x.sql → 0002_x.sql"),
    ],
)
def test_what_could_not_be_applied_cannot_be_planned(
    project: Path, database: Database, file: str, text: str, options: list[str], code: int, message: str
):
    (project / "migrations" / file).write_text(text)
    outcome = plan(project, database, *options)
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err


def test_a_conflict_with_the_history_ends_with_5(project: Path, database: Database):
    assert run("apply", "-d", database.dsn, cwd=project).code == 0
    (project / "migrations/0001_index.sql").write_text("SELECT 1;")
    assert plan(project, database).code == 5
