"""What a server offers: fresh databases, clones, restarts, on every kind."""

import threading

import psycopg
import pytest

from schemactl.core.errors import ServerError
from schemactl.servers import Database, Server


def scalar(dsn: str, query: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


def test_knows_its_version(server: Server) -> None:
    assert server.version == int(str(scalar(server.admin_dsn, "show server_version_num")))
    assert server.major == server.version // 10000


def test_the_two_kinds_are_two_major_versions(throwaway) -> None:
    assert throwaway("embedded", "supabase").major != throwaway("local", "supabase").major


def test_databases_are_separate(server: Server) -> None:
    with server.database() as first, server.database() as second:
        assert first.name != second.name
        with psycopg.connect(first.dsn) as connection:
            connection.execute("create table only_here ()")
        assert scalar(first.dsn, "select to_regclass('only_here') is not null") is True
        assert scalar(second.dsn, "select to_regclass('only_here') is not null") is False


def test_a_clone_has_the_data_and_goes_its_own_way(server: Server, database: Database) -> None:
    with psycopg.connect(database.dsn) as connection:
        connection.execute("create table notes as select generate_series(1, 1000) as n")
    copy = server.clone(database)
    with psycopg.connect(copy.dsn) as connection:
        connection.execute("delete from notes where n > 10")
    assert scalar(copy.dsn, "select count(*) from notes") == 10
    assert scalar(database.dsn, "select count(*) from notes") == 1000
    server.drop(copy)


def test_clone_of_a_database_in_use_says_so(server: Server, database: Database) -> None:
    with psycopg.connect(database.dsn), pytest.raises(ServerError, match="still connected"):
        server.clone(database)


def test_a_template_is_built_once(server: Server) -> None:
    built: list[str] = []

    def build(database: Database) -> None:
        built.append(database.name)
        with psycopg.connect(database.dsn) as connection:
            connection.execute("create table prepared ()")

    first, second = server.template("prepared", build), server.template("prepared", build)
    assert first == second
    assert built == [first.name]
    with_it = server.clone(first)
    assert scalar(with_it.dsn, "select to_regclass('prepared') is not null") is True
    server.drop(with_it)


def test_drop_disconnects_and_forgives(server: Server) -> None:
    database = server.create_database()
    connection = psycopg.connect(database.dsn)
    server.drop(database)
    server.drop(database)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()


def test_threads_may_share_a_server(server: Server) -> None:
    made: list[Database] = []
    threads = [threading.Thread(target=lambda: made.append(server.create_database())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({database.name for database in made}) == 4
    for database in made:
        server.drop(database)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_commits_survive_a_restart(kind: str, mode: str, throwaway) -> None:
    server = throwaway(kind, "plain")
    with server.database() as database:
        session = psycopg.connect(database.dsn, autocommit=True)
        session.execute("create table kept (n int)")
        for n in range(50):
            session.execute("insert into kept values (%s)", [n])
        before = scalar(server.admin_dsn, "select pg_postmaster_start_time()")
        server.restart(mode)
        with pytest.raises(psycopg.OperationalError):
            session.execute("select 1")
        session.close()
        assert scalar(server.admin_dsn, "select pg_postmaster_start_time()") != before
        assert scalar(database.dsn, "select count(*) from kept") == 50
        server.drop(server.create_database())


def test_durability_is_off_and_nothing_runs_by_itself(server: Server) -> None:
    settings = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "jit": "off", "wal_level": "logical"}
    for name, value in settings.items():
        assert scalar(server.admin_dsn, f"show {name}") == value, name
    assert scalar(server.admin_dsn, "show synchronous_commit") == "on"


def test_it_listens_nowhere_but_on_its_socket(server: Server) -> None:
    assert scalar(server.admin_dsn, "show listen_addresses") == ""


def test_text_behaves_as_unicode(database: Database) -> None:
    assert scalar(database.dsn, "select upper('straßeé')") in {"STRASSEÉ", "STRAßEÉ"}
    assert scalar(database.dsn, "select 'B' < 'a'") is True


def test_capabilities(server: Server) -> None:
    assert server.capabilities.can_restart
    assert "plpgsql" in server.capabilities.extensions
    missing = {"pgcrypto", "uuid-ossp"} - server.capabilities.extensions
    assert len(server.capabilities.notes) == len(missing)
    for extension in missing:
        assert any(extension in note for note in server.capabilities.notes)
