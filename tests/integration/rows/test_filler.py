"""Rows on demand: with given values, given parents, by whoever may write, in whatever transaction."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schemactl import rows
from schemactl.catalog.snapshot import take
from schemactl.core.errors import StatementError
from schemactl.servers import Database, Server

Connection = psycopg.Connection[Any]
ADA, BOB = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
TASKS, PROJECTS, PEOPLE = ("public", "tasks"), ("public", "projects"), ("public", "people")
SCHEMA = """
create table people (id uuid primary key, name text not null);
create table projects (id bigint generated always as identity primary key, owner_id uuid not null references people);
create table tasks (
  id uuid primary key default gen_random_uuid(), project_id bigint not null references projects,
  user_id uuid references people, status text not null default 'open' check (status in ('open', 'done', 'failed')),
  error text, check ((status = 'failed') = (error is not null))
);
"""


@pytest.fixture
def database(plain_server: Server) -> Iterator[Database]:
    with plain_server.database("filler") as fresh:
        with psycopg.connect(fresh.dsn, autocommit=True) as connection:
            connection.execute(SCHEMA)
        yield fresh


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with psycopg.connect(database.dsn, autocommit=True) as opened:
        yield opened


def one(connection: Connection, query: str, *values: object) -> tuple[Any, ...]:
    found = connection.execute(query.encode(), values).fetchone()
    assert found
    return tuple(found)


@pytest.mark.parametrize("status", ["open", "done", "failed"])
def test_a_row_with_a_given_value_and_what_follows_from_it(connection: Connection, status: str):
    filler = rows.Filler(connection, take(connection))
    key = filler.insert(TASKS, {"status": status})
    found = one(connection, "select status, error is not null from tasks where id::text = %s", key["id"])
    assert found == (status, status == "failed")


def test_a_parent_that_is_named_and_missing_is_made(connection: Connection):
    key = rows.Filler(connection, take(connection)).insert(TASKS, {"user_id": ADA})
    assert one(connection, "select user_id::text from tasks where id::text = %s", key["id"]) == (ADA,)
    assert one(connection, "select count(*) from people where id::text = %s", ADA) == (1,)


def test_parents_have_the_values_fixed_for_their_table(connection: Connection):
    snapshot = take(connection)
    for owner in (ADA, BOB, ADA):
        filler = rows.Filler(connection, snapshot, fixed={PROJECTS: {"owner_id": owner}})
        key = filler.insert(TASKS, {"user_id": ADA})
        query = "select p.owner_id::text from tasks t join projects p on p.id = t.project_id where t.id::text = %s"
        assert one(connection, query, key["id"]) == (owner,)
    assert one(connection, "select count(*) from projects") == (2,)


def test_fixed_values_hold_for_every_row(connection: Connection):
    filled = rows.fill(connection, take(connection), fixed={TASKS: {"status": "done", "user_id": None}}, per_table=5)
    assert filled.tables[TASKS].count == 5
    assert one(connection, "select bool_and(status = 'done' and user_id is null) from tasks") == (True,)


def test_a_value_that_a_check_forbids_is_unfillable(connection: Connection):
    with pytest.raises(rows.Unfillable, match=r"public\.tasks.*tasks_"):
        rows.Filler(connection, take(connection)).insert(TASKS, {"status": "lost"})


def test_only_what_is_asked_for_and_its_parents(connection: Connection):
    filled = rows.fill(connection, take(connection), tables=[PROJECTS])
    assert filled.tables.keys() == {PROJECTS, PEOPLE}
    assert one(connection, "select count(*) from tasks") == (0,)


def test_keys_are_told(connection: Connection):
    filled = rows.fill(connection, take(connection), per_table=4)
    told = {key["id"] for key in filled.tables[TASKS].keys}
    assert told == {str(id_) for (id_,) in connection.execute("select id from tasks")}
    assert len(told) == 4


def test_tables_are_topped_up_not_doubled(connection: Connection):
    rows.fill(connection, take(connection), per_table=6)
    again = rows.fill(connection, take(connection), per_table=8, seed=2)
    assert {path: table.count for path, table in again.tables.items()} == dict.fromkeys((PEOPLE, PROJECTS, TASKS), 8)


def test_an_open_transaction_stays_open_and_usable(database: Database):
    with psycopg.connect(database.dsn) as connection:
        connection.execute("insert into people values (%s, 'Ada')", [ADA])
        rows.fill(connection, take(connection), per_table=3)
        assert one(connection, "select count(*) from tasks") == (3,)
        connection.rollback()
        assert one(connection, "select count(*) from people") == (0,)


def test_an_owner_who_is_no_superuser_can_fill(plain_server: Server):
    with (
        plain_server.database("owner") as database,
        psycopg.connect(database.superuser_dsn, autocommit=True) as connection,
    ):
        name = f"owner_{database.name}"
        role = psycopg.sql.Identifier(name)
        connection.execute(psycopg.sql.SQL("create role {}").format(role))
        try:
            connection.execute(psycopg.sql.SQL("create schema app authorization {}; set role {}").format(role, role))
            connection.execute("set search_path = app;" + SCHEMA)
            filled = rows.fill(connection, take(connection))
            assert filled.empty == {}
            connection.execute("reset role")
        finally:
            connection.execute(psycopg.sql.SQL("reset role; drop owned by {} cascade; drop role {}").format(role, role))


def test_fixtures_come_first(connection: Connection, tmp_path: Path):
    file = tmp_path / "rows.sql"
    file.write_text(f"insert into people values ('{ADA}', 'Ada');\n", encoding="utf-8")
    rows.fill(connection, take(connection), fixtures=file, per_table=3)
    assert one(connection, "select name from people where id::text = %s", ADA) == ("Ada",)


def test_a_fixture_that_fails_is_placed(connection: Connection, tmp_path: Path):
    file = tmp_path / "rows.sql"
    file.write_text("select 1;\n\n  insert into nowhere values (1);\n", encoding="utf-8")
    with pytest.raises(StatementError, match="nowhere") as caught:
        rows.fill(connection, take(connection), fixtures=file)
    assert str(caught.value.place) == f"{file}:3:3"
    assert one(connection, "select count(*) from people") == (0,)


def test_a_signed_in_user_is_tried_where_a_trigger_asks_who_it_is(server: Server):
    with server.database("claims") as database, psycopg.connect(database.dsn, autocommit=True) as connection:
        connection.execute(
            """
            create table invitations (id integer primary key, by uuid not null references auth.users);
            create function stamp() returns trigger language plpgsql as 'begin new.by := auth.uid(); return new; end';
            create trigger stamp before insert on invitations for each row execute function stamp();
            """
        )
        filled = rows.fill(connection, take(connection, schemas={"public"}), per_table=5)
        assert filled.empty == {}
        assert one(connection, "select coalesce(nullif(current_setting('request.jwt.claims', true), ''), 'none')") == (
            "none",
        )
