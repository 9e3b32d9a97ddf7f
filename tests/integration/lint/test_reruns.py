"""The verdict of every case of the rerun family agrees with running it twice."""

import psycopg
import pytest
from tests.support.servers import Throwaway
from tests.unit.lint.cases import Case, cases

from schemactl.catalog.snapshot import take
from schemactl.servers import Database

# The embedded server has no pgcrypto.
CASES = [
    case
    for case in cases()
    if case.rule.startswith("rerun-") and "-page-" not in case.label and "pgcrypto" not in case.given["sql"]
]


@pytest.fixture
def database(throwaway: Throwaway):
    with throwaway("embedded", "plain").database("rerun") as fresh:
        yield fresh


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_the_verdict_agrees_with_execution(case: Case, database: Database):
    try:
        assert again(case, database) is not case.bad
    finally:
        if cleanup := case.given.get("cleanup"):
            run(database, cleanup)


def again(case: Case, database: Database) -> bool:
    """Whether a second run succeeds and leaves what the first left."""
    run(database, case.given.get("setup", "SELECT 1"))
    run(database, case.given["sql"])
    before = state(database)
    try:
        run(database, case.given["sql"])
    except psycopg.Error:
        return False
    return state(database) == before


def run(database: Database, sql: str) -> None:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        connection.execute(sql)


def state(database: Database) -> object:
    """The catalog, and the rows of every table."""
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        rows = [sorted(map(str, connection.execute(f"SELECT * FROM {name}").fetchall())) for (name,) in tables]
        return take(connection).fingerprint, tables, rows
