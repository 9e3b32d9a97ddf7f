import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.support.servers import Throwaway

from schemactl.catalog.difference import difference
from schemactl.catalog.snapshot import Identity, Snapshot, from_json, take
from schemactl.servers import Database

EVERYTHING = Path(__file__).parents[2] / "cases" / "schemas" / "everything.sql"


@pytest.fixture
def connection(plain_database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(plain_database.dsn, autocommit=True) as opened:
        yield opened


def test_a_new_database_has_its_public_schema(connection: psycopg.Connection[Any]):
    taken = take(connection)
    assert list(taken.of_kind("schema")) == [("public",)]
    assert from_json(taken.to_json()).fingerprint == taken.fingerprint


def test_a_snapshot_sees_the_transaction_that_it_is_taken_in_and_leaves_it_alone(connection: psycopg.Connection[Any]):
    before = take(connection)
    with connection.transaction(force_rollback=True):
        connection.execute("set local search_path = public; create table t (id int)")
        during = take(connection)
        assert connection.execute("show search_path").fetchone() == ("public",)
        assert {change.object for change in difference(before, during)} == {
            Identity("table", ("public", "t")),
            Identity("column", ("public", "t", "id")),
        }
    assert take(connection).fingerprint == before.fingerprint


def test_the_session_does_not_colour_the_snapshot(connection: psycopg.Connection[Any]):
    connection.execute(
        "create schema s; create table s.t (d date default '2020-02-01', i interval default '1 day 2 hours',"
        " z timestamptz default '2020-02-01 12:00+00', b bytea default '\\xff'); create view s.v as select d from s.t"
    )
    before = take(connection)
    connection.execute(
        "set search_path = s; set datestyle = 'German'; set intervalstyle = 'iso_8601'; set timezone = 'Asia/Tokyo';"
        " set bytea_output = 'escape'; set quote_all_identifiers = on"
    )
    assert take(connection).fingerprint == before.fingerprint
    assert connection.execute("show timezone").fetchone() == ("Asia/Tokyo",)


def test_the_history_is_no_part_of_a_snapshot(connection: psycopg.Connection[Any]):
    before = take(connection)
    connection.execute("create schema schemactl; create table schemactl.history (version text primary key)")
    assert take(connection).fingerprint == before.fingerprint


def test_schemas_can_be_chosen_and_left_out(connection: psycopg.Connection[Any]):
    connection.execute("create schema a; create table a.t (id int); create schema b; create table b.t (id int)")
    assert set(take(connection, schemas=["a"]).of_kind("table")) == {("a", "t")}
    assert set(take(connection, excluded=["a"]).of_kind("table")) == {("b", "t")}


def test_policies_and_triggers_of_ones_own_on_a_schema_left_out_are_kept(connection: psycopg.Connection[Any]):
    connection.execute(
        "create schema auth; create table auth.users (id int);"
        "create function public.mine() returns trigger language plpgsql as 'begin return new; end';"
        "create function auth.theirs() returns trigger language plpgsql as 'begin return new; end';"
        "create trigger mine after insert on auth.users for each row execute function public.mine();"
        "create trigger theirs after insert on auth.users for each row execute function auth.theirs();"
        "create policy mine on auth.users using (true)"
    )
    kept = take(connection, excluded=["auth"]).objects
    assert {path for _, path in kept if path[0] == "auth"} == {("auth", "users", "mine")}
    assert {kind for kind, path in kept if path[0] == "auth"} == {"policy", "trigger"}


def test_members_of_extensions_are_left_out(connection: psycopg.Connection[Any]):
    connection.execute("drop extension plpgsql")
    before = take(connection)
    connection.execute("create extension plpgsql")
    (change,) = difference(before, take(connection))
    assert change.object == Identity("extension", ("plpgsql",))


def test_a_role_with_no_rights_reads_the_same(connection: psycopg.Connection[Any], plain_database: Database):
    del plain_database
    connection.execute(
        "create schema s; create table s.t (id int primary key check (id > 0));"
        "alter table s.t enable row level security; create policy p on s.t using (id > 1);"
        "create function s.f() returns int language sql as 'select 1'; revoke all on schema s from public"
    )
    before = take(connection)
    connection.execute("create role nobody_special")
    try:
        connection.execute("set role nobody_special")
        assert take(connection).fingerprint == before.fingerprint
    finally:
        connection.execute("reset role; drop role nobody_special")


def test_a_snapshot_is_taken_while_others_make_and_drop_objects(plain_database: Database):
    """Without reading again nearly every third snapshot fails here."""
    enough = threading.Event()

    def churn() -> None:
        with psycopg.connect(plain_database.dsn, autocommit=True) as busy:
            while not enough.is_set():
                busy.execute("create table t (id int primary key check (id > 0)); create view v as select id from t")
                busy.execute("drop view v; drop table t")

    with ThreadPoolExecutor(1) as pool, psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        churning = pool.submit(churn)
        try:
            taken = [take(connection) for _ in range(30)]
        finally:
            enough.set()
        churning.result()
    assert all(attributes["definition"] for one in taken for attributes in one.of_kind("index").values())


def test_secrets_of_foreign_servers_stay_out(connection: psycopg.Connection[Any]):
    hidden = "hunter" + "2"
    connection.execute(
        "create foreign data wrapper w; create role someone;"
        f"create server f foreign data wrapper w options (host 'db', api_key '{hidden}');"
        f"create user mapping for someone server f options (user 'u', password '{hidden}');"
        "create subscription z connection 'host=nowhere.invalid password=" + hidden + "' publication p"
        " with (connect = false)"
    )
    try:
        taken = take(connection)
        assert taken.objects[Identity("foreign server", ("f",))]["server_options"] == ["api_key=(hidden)", "host=db"]
        assert Identity("user mapping", ("f", "someone")) in taken.objects
        assert hidden not in taken.to_json()
    finally:
        connection.execute("alter subscription z disable; alter subscription z set (slot_name = none)")
        connection.execute("drop subscription z")
        connection.execute("drop foreign data wrapper w cascade; drop role someone")


@pytest.mark.every_major
def test_the_versions_agree_on_a_schema_with_something_of_nearly_every_kind(throwaway: Throwaway, kind: str):
    first, second = everything(throwaway, "embedded"), everything(throwaway, kind)
    assert len(first.objects) > 150
    assert difference(first, second) == ()
    if second.server_version >= 150000:  # before, the schema public differs by itself
        assert first.fingerprint == second.fingerprint


def everything(throwaway: Throwaway, spec: str) -> Snapshot:
    with throwaway(spec, "plain").database("everything") as database, psycopg.connect(database.dsn) as connection:
        connection.execute("create role app; create role boss; create schema s; set local search_path = s")
        connection.execute(EVERYTHING.read_bytes())
        found = take(connection)
        connection.rollback()
        return found
