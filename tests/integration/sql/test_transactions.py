"""What the catalogue of statements claims, held against real servers."""

import tomllib
from pathlib import Path

import psycopg
import pytest

CASES = tomllib.loads(Path("tests/cases/sql/transactions.toml").read_text(encoding="utf-8"))
SETUP = """
CREATE TABLE t (a int NOT NULL);
CREATE INDEX t_a ON t (a);
CREATE TABLE parted (a int) PARTITION BY LIST (a);
CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
CREATE SCHEMA s;
CREATE TYPE mood AS ENUM ('fine');
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
CREATE SUBSCRIPTION sub CONNECTION 'host=/nonexistent dbname=x' PUBLICATION p WITH (connect = false, slot_name = 'x');
ALTER SUBSCRIPTION sub ENABLE;
"""
ACTIVE_TRANSACTION = {"25001", "2D000"}
NO_TRANSACTION = {"25P01"}
NOT_YET_IN_THE_GRAMMAR = "42601"


@pytest.fixture
def connection(plain_server):
    with plain_server.database("test") as database:
        with psycopg.connect(database.superuser_dsn, autocommit=True) as fresh:
            fresh.execute(SETUP)
            yield fresh
        with psycopg.connect(database.superuser_dsn, autocommit=True) as last:
            last.execute("ALTER SUBSCRIPTION sub DISABLE")
            last.execute("ALTER SUBSCRIPTION sub SET (slot_name = NONE)")
            last.execute("DROP SUBSCRIPTION sub")


def sqlstate(connection: psycopg.Connection, text: str) -> str | None:
    """The SQLSTATE of an error or of a warning, or None."""
    warnings: list[str] = []

    def note(diagnostic):
        warnings.append(diagnostic.sqlstate)

    connection.add_notice_handler(note)
    try:
        connection.execute(text)
    except psycopg.Error as error:
        return error.sqlstate
    finally:
        connection.remove_notice_handler(note)
    return next(iter(warnings), None)


def test_inside_a_block_the_server_refuses_what_the_catalogue_says(connection):
    disagreements = []
    for needs, texts in CASES.items():
        for text in texts:
            if text.startswith(("RELEASE", "ROLLBACK TO")):
                continue
            connection.execute("BEGIN")
            code = sqlstate(connection, text)
            connection.execute("ROLLBACK")
            if code != NOT_YET_IN_THE_GRAMMAR and (code in ACTIVE_TRANSACTION) != (needs == "no_block"):
                disagreements.append(text)
    assert disagreements == []


def test_outside_a_block_the_server_refuses_what_the_catalogue_says(connection):
    disagreements = [
        (needs, text)
        for needs in ("block", "anything")
        for text in CASES[needs]
        if not text.startswith(("CREATE SUBSCRIPTION", "ALTER SUBSCRIPTION"))
        and (sqlstate(connection, text) in NO_TRANSACTION) != (needs == "block")
    ]
    assert disagreements == []
