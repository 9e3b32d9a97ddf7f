"""Guarded statements run twice, and compared with what the statement does once."""

import tomllib
from pathlib import Path

import psycopg
import pytest
from tests.support.majors import skip_before

from schemactl.catalog.snapshot import take
from schemactl.sql.guards import guarded
from schemactl.sql.parse import parse

CASES = tomllib.loads(Path("tests/cases/sql/guards.toml").read_text(encoding="utf-8"))["case"]


@pytest.fixture(scope="module")
def connection(plain_server):
    with plain_server.database("guards") as database, psycopg.connect(database.superuser_dsn) as fresh:
        yield fresh


def state(connection: psycopg.Connection, probe: str) -> tuple[object, object]:
    """What is to be the same: the catalog, and the probe's answer."""
    return take(connection).objects, connection.execute(probe).fetchall()


def second_run(connection: psycopg.Connection, setup: str, text: str) -> str:
    """The SQLSTATE of running the text a second time, or nothing."""
    with connection.transaction(force_rollback=True):
        connection.execute(setup)
        connection.execute(text)
        try:
            connection.execute(text)
        except psycopg.Error as error:
            return error.sqlstate or ""
    return ""


def guard(text: str) -> str:
    (statement,) = parse(text, "f.sql").statements
    rewritten = guarded(statement)
    assert rewritten
    return rewritten


@pytest.mark.every_major
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:60])
def test_the_statement_cannot_run_twice_and_its_guarded_form_can(connection, case):
    skip_before(connection, case.get("since", 0))
    setup, text = case.get("setup", "SELECT 1"), case["sql"]
    assert second_run(connection, setup, text) == case["state"]
    assert second_run(connection, setup, guard(text)) == ""


@pytest.fixture(scope="module")
def one_connection(throwaway):
    """On one version only: reading catalogs is what takes time."""
    with (
        throwaway("embedded", "plain").database("guards") as database,
        psycopg.connect(database.superuser_dsn) as fresh,
    ):
        yield fresh


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:60])
def test_the_guarded_form_ends_as_the_statement_does(one_connection, case):
    connection, rewritten = one_connection, guard(case["sql"])
    probe = case.get("probe", "SELECT 1")
    with connection.transaction(force_rollback=True):
        connection.execute(case.get("setup", "SELECT 1"))
        before = state(connection, probe)
        with connection.transaction(force_rollback=True):
            connection.execute(case["sql"])
            once = state(connection, probe)
        connection.execute(rewritten)
        assert state(connection, probe) == once
        connection.execute(rewritten)
        assert state(connection, probe) == once
    assert before != once


def test_a_concurrent_build_is_made_anew(plain_server):
    text = "CREATE INDEX CONCURRENTLY ON t (a)"
    rewritten = guard(text)
    with (
        plain_server.database("guards") as database,
        psycopg.connect(database.superuser_dsn, autocommit=True) as fresh,
    ):
        fresh.execute("CREATE TABLE t (a int)")
        fresh.execute(text)
        once = take(fresh)
        for _ in range(2):
            for part in parse(rewritten, "f.sql").statements:
                fresh.execute(part.text)
        assert take(fresh).objects == once.objects


def test_one_of_two_tables_is_published_already(connection):
    text = guard("ALTER PUBLICATION p ADD TABLE t, u")
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE PUBLICATION p FOR TABLE t")
        connection.execute(text)
        published = connection.execute("SELECT tablename FROM pg_publication_tables WHERE pubname = 'p' ORDER BY 1")
        assert published.fetchall() == [("t",), ("u",)]


def test_a_label_that_is_added_to_a_new_enum_can_be_used_at_once(one_connection):
    """Which it cannot where the type was made in a subtransaction, by a block that catches exceptions."""
    connection = one_connection
    catching = "DO $$ BEGIN CREATE TYPE e AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    with connection.transaction(force_rollback=True):
        connection.execute(guard("CREATE TYPE e AS ENUM ('a')"))
        connection.execute("ALTER TYPE e ADD VALUE IF NOT EXISTS 'b'")
        assert connection.execute("SELECT 'b'::e::text").fetchone() == ("b",)
    with connection.transaction(force_rollback=True):
        connection.execute(catching)
        connection.execute("ALTER TYPE e ADD VALUE IF NOT EXISTS 'b'")
        with pytest.raises(psycopg.errors.UnsafeNewEnumValueUsage):
            connection.execute("SELECT 'b'::e::text")
