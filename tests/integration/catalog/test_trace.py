"""Traces: equal for runs that end in the same catalog, unlike for runs that do not."""

from collections.abc import Iterator

import pytest

from schemactl.catalog.trace import Trace, horizon, trace
from schemactl.db.connect import connect
from schemactl.db.types import Connection
from schemactl.servers import Database

RICH = """
create table p (id int primary key, a text default 'x' check (a <> 'y'), unique (a));
create table c (id bigint generated always as identity primary key, p int references p, e tsrange);
create type label as enum ('a', 'b');
create table d (x label default 'a', y p);
create function f(a int default 3, b label default 'a') returns int language sql as 'select 1';
create function g(a d) returns int language sql begin atomic select 1; end;
alter table c enable row level security;
create policy own on c using (id > (select f()));
create or replace view v as select c.id, p.a from c join p on p.id = c.p;
create index on c (f(p)) where p > 3;
comment on table c is 'hello';
comment on function f(int, label) is 'f';
create trigger t before update on c for each row when (new.p > 3)
  execute function suppress_redundant_updates_trigger();
grant select on c to public;
create table parts (id int, d date) partition by range (d);
create table part_2020 partition of parts for values from ('2020-01-01') to ('2021-01-01');
"""


@pytest.fixture
def connection(plain_database: Database) -> Iterator[Connection]:
    with connect(plain_database.dsn) as connection:
        connection.execute("create table old (id int primary key, note text); comment on column old.note is 'x'")
        yield connection


def traced(connection: Connection, text: str) -> Trace:
    connection.execute("begin")
    try:
        since = horizon(connection)
        connection.execute(text.encode())
        return trace(connection, since)
    finally:
        connection.execute("rollback")


def test_objects_made_anew_leave_the_same_trace(connection: Connection):
    remade = (
        RICH + "drop policy own on c; create policy own on c using (id > (select f())); comment on table c is 'hello';"
    )
    assert traced(connection, RICH) == traced(connection, remade)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'x' check", "'z' check"),
        ("a <> 'y'", "a <> 'z'"),
        ("('a', 'b')", "('b', 'a')"),
        ("p int references p", "p int references p on delete cascade"),
        ("id > (select f())", "id > 3"),
        ("where p > 3;", "where p > 4;"),
        ("'hello'", "'hallo'"),
        ("new.p > 3", "new.p > 4"),
        ("grant select", "grant update"),
        ("2021-01-01", "2022-01-01"),
        ("int default 3", "int default 4"),
        ("begin atomic select 1", "begin atomic select 2"),
        ("select c.id, p.a", "select p.id, p.a"),
    ],
)
def test_each_difference_shows(connection: Connection, old: str, new: str):
    assert old in RICH
    assert traced(connection, RICH) != traced(connection, RICH.replace(old, new))


def test_what_is_gone_shows(connection: Connection):
    assert traced(connection, "create table a ()") != traced(connection, "create table a (); drop table old")
    assert traced(connection, "drop table old") != traced(connection, "comment on column old.note is null")


def test_statistics_and_files_do_not_show(connection: Connection):
    assert traced(connection, "create table a (x int)") == traced(
        connection, "create table a (x int); insert into a select 1; truncate a; analyze a"
    )


def test_several_transactions_leave_one_trace(connection: Connection):
    once = traced(connection, "create table a (x int); comment on table a is 'a'")
    since = horizon(connection)
    connection.execute("create table a (x int)")
    connection.execute("comment on table a is 'a'")
    assert trace(connection, since).written == once.written


def test_the_session_keeps_its_settings(connection: Connection):
    before = connection.execute("show search_path").fetchone()
    traced(connection, "create table a ()")
    assert connection.execute("show search_path").fetchone() == before
