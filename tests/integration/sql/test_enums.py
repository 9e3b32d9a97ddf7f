import tomllib
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.every_major
CASES = tomllib.loads(Path("tests/cases/sql/enums.toml").read_text(encoding="utf-8"))["case"]
SETUP = """
CREATE TYPE mood AS ENUM ('fine');
CREATE TABLE people (mood mood);
CREATE TABLE notes (body text);
"""
UNSAFE_NEW_ENUM_VALUE_USAGE = "55P04"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:60])
def test_the_server_refuses_what_the_catalogue_says(plain_database, case):
    with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        if not case.get("since", 0) <= connection.info.server_version // 10_000 <= case.get("until", 99):
            return
        connection.execute(SETUP)
        connection.execute("BEGIN; ALTER TYPE mood ADD VALUE 'meh'")
        if case["refused"]:
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(case["sql"])
            assert caught.value.sqlstate == UNSAFE_NEW_ENUM_VALUE_USAGE
        else:
            connection.execute(case["sql"])
