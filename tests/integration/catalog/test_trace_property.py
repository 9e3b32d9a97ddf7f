"""Whatever two runs do: when their traces are equal, so are the catalogs that they leave."""

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemactl.catalog.snapshot import take
from schemactl.catalog.trace import Trace, horizon, trace
from schemactl.db.connect import connect
from schemactl.db.types import Connection
from schemactl.servers import Database

STATEMENTS = st.sampled_from(
    [
        "create table a (id int primary key, note text)",
        "create table if not exists a (id int primary key, note text)",
        "create table b (id bigint, a int references a, flag boolean default true)",
        "drop table if exists b",
        "alter table old add column extra int default 1",
        "alter table old add column if not exists extra int default 2",
        "alter table old drop column if exists extra",
        "alter table old alter column note set default 'n'",
        "alter table old alter column note drop default",
        "alter table old alter column note set not null",
        "alter table old rename column note to remark",
        "alter table old rename column remark to note",
        "alter table old enable row level security",
        "alter table old disable row level security",
        "alter table old add constraint long check (length(note) > 2)",
        "alter table old drop constraint if exists long",
        "create policy own on old using (id > 1)",
        "drop policy if exists own on old",
        "create policy own on old using (id > 2)",
        "create index if not exists old_note on old (note)",
        "create index old_note on old (lower(note))",
        "drop index if exists old_note",
        "create or replace view v as select id from old",
        "create or replace view v as select id, note from old",
        "drop view if exists v",
        "create or replace function f() returns int language sql as 'select 1'",
        "create or replace function f() returns int language sql as 'select 2'",
        "comment on table old is 'one'",
        "comment on table old is 'two'",
        "comment on table old is null",
        "grant select on old to public",
        "revoke select on old from public",
        "create type mood as enum ('sad', 'happy')",
        "alter type mood add value if not exists 'calm' before 'happy'",
        "drop type if exists mood",
        "create sequence if not exists s increment 2",
        "alter sequence if exists s increment 3",
        "insert into old values (7, 'seven')",
        "create trigger t before update on old for each row execute function suppress_redundant_updates_trigger()",
        "drop trigger if exists t on old",
    ]
)
FILES = st.lists(STATEMENTS, min_size=1, max_size=6)


@pytest.fixture
def connection(plain_database: Database) -> Iterator[Connection]:
    with connect(plain_database.dsn) as connection:
        connection.execute("create table old (id int primary key, note text); comment on column old.note is 'x'")
        yield connection


def left(connection: Connection, file: list[str]) -> tuple[Trace, str]:
    """The trace and the fingerprint that the statements leave, each undone alone where it fails."""
    connection.execute("begin")
    try:
        since = horizon(connection)
        for statement in file:
            try:
                with connection.transaction():
                    connection.execute(statement.encode())
            except psycopg.Error:
                continue
        return trace(connection, since), take(connection).fingerprint
    finally:
        connection.execute("rollback")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES, FILES, st.booleans())
def test_equal_traces_are_equal_catalogs(connection: Connection, one: list[str], other: list[str], again: bool):
    """`again`: the second run is the first one twice, which is what verify compares most."""
    trace_of_one, fingerprint_of_one = left(connection, one)
    trace_of_other, fingerprint_of_other = left(connection, one + one if again else other)
    if trace_of_one == trace_of_other:
        assert fingerprint_of_one == fingerprint_of_other
