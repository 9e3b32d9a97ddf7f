"""Many rows at once, with the keys and checks of a table."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from schemactl import rows
from schemactl.catalog.snapshot import take
from schemactl.servers import Server

SCHEMA = """
create table five (
  id uuid primary key default gen_random_uuid(), status text not null check (status in ('a', 'b')),
  n integer check (n between 1 and 5), email text unique, created_at timestamptz not null default now()
);
create table one (id uuid primary key references five, label varchar(20) not null unique, x integer unique);
create table many (a uuid references five, b integer check (b between 1 and 5), primary key (a, b));
create table years (id bigint generated always as identity, day date not null, primary key (id, day))
  partition by range (day);
create table years_24 partition of years for values from ('2024-01-01') to ('2025-01-01');
create table years_25 partition of years for values from ('2025-01-01') to ('2026-01-01');
create table full_up (flag boolean primary key);
create table never (n integer check (n > 5 and n < 3) not null);
"""


@pytest.fixture
def connection(plain_server: Server) -> Iterator[psycopg.Connection[Any]]:
    with plain_server.database("bulk") as database, psycopg.connect(database.dsn, autocommit=True) as opened:
        opened.execute(SCHEMA)
        yield opened


def count(connection: psycopg.Connection[Any], table: str) -> int:
    (found,) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
    return int(found)


@pytest.mark.parametrize("table", ["five", "one", "many", "years", "years_24"])
def test_as_many_rows_go_in_as_are_asked_for(connection: psycopg.Connection[Any], table: str):
    put = rows.bulk(connection, take(connection), ("public", table), 3000)
    assert put == 3000
    assert count(connection, table) >= 3000


def test_a_second_time_puts_in_more(connection: psycopg.Connection[Any]):
    snapshot = take(connection)
    first = rows.bulk(connection, snapshot, ("public", "one"), 500)
    second = rows.bulk(connection, snapshot, ("public", "one"), 500, seed=1)
    assert (first, second) == (500, 500)


def test_a_key_without_room_takes_fewer(connection: psycopg.Connection[Any]):
    assert rows.bulk(connection, take(connection), ("public", "full_up"), 100) == 0
    assert count(connection, "full_up") == 2


def test_a_table_that_takes_no_row_says_what_resists(connection: psycopg.Connection[Any]):
    with pytest.raises(rows.Unfillable, match="never_n_check"):
        rows.bulk(connection, take(connection), ("public", "never"), 10)
