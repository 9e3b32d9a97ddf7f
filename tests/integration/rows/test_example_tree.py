"""The example tree, and the plans as first written, are filled whole."""

from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from schemactl import rows
from schemactl.catalog.snapshot import take
from schemactl.migrations.files import load
from schemactl.servers import Database
from schemactl.sql.parse import parse

ROOT = Path(__file__).parents[3]
FOLDERS = {"example": ROOT / "migrations", "plans": ROOT / "tests" / "cases" / "plans" / "migrations"}


@pytest.fixture(params=sorted(FOLDERS))
def migrated(request: pytest.FixtureRequest, database: Database) -> Database:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        for migration in load(FOLDERS[request.param]).migrations:
            for statement in parse(migration.text, migration.file).statements:
                connection.execute(statement.text.encode())
    return database


def test_every_table_takes_rows(migrated: Database):
    with psycopg.connect(migrated.dsn, autocommit=True) as connection:
        filled = rows.fill(connection, take(connection), seed=1)
    assert filled.empty == {}
    assert {path for path, table in filled.tables.items() if table.count < 20} == set()
    assert {("public", "plan_generation_jobs"), ("auth", "users")} <= set(filled.tables)


def test_parents_outside_the_snapshot_are_made_too(migrated: Database):
    with psycopg.connect(migrated.dsn, autocommit=True) as connection:
        filled = rows.fill(connection, take(connection, schemas={"public"}), seed=1, per_table=5)
        users = connection.execute("select count(*) from auth.users").fetchone()
    assert filled.empty == {}
    assert users
    assert users[0] >= 5


def test_the_same_seed_gives_the_same_rows(migrated: Database):
    def once(seed: int) -> Sequence[object]:
        with psycopg.connect(migrated.dsn) as connection, connection.transaction(force_rollback=True):
            rows.fill(connection, take(connection), seed=seed, per_table=6)
            return connection.execute("select id, user_id from public.plan_generation_jobs order by 1").fetchall()

    assert once(1) == once(1)
    assert once(1) != once(2)
