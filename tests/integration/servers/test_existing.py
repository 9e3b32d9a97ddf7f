"""A server that was there before: used, and left as it was."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.support.outside import interpreter, python_path, wait_until

from schemactl import servers
from schemactl.core.errors import ConfigError, ServerError
from schemactl.servers import Server
from schemactl.servers.account import choose
from schemactl.servers.binaries import embedded

CONSENT = "&options=-c%20schemactl.allow_throwaway%3Don"


@pytest.fixture(scope="module")
def there(kind: str) -> Iterator[Server]:
    """A server of our own to play the one that was there, so that roles on it are nobody else's."""
    with servers.start(kind) as server:
        yield server


def contents(server: Server) -> tuple[set[str], set[str], set[tuple[str, str]]]:
    """Databases, roles and memberships."""
    with psycopg.connect(server.admin_dsn) as session:
        databases = {str(name) for (name,) in session.execute("select datname from pg_database").fetchall()}
        roles = {str(name) for (name,) in session.execute("select rolname from pg_roles").fetchall()}
        members = session.execute("select roleid::regrole::text, member::regrole::text from pg_auth_members").fetchall()
    return databases, roles, {(str(role), str(member)) for role, member in members}


@pytest.mark.parametrize("preset", ["plain", "supabase"])
def test_it_is_left_as_it_was(there: Server, preset: str) -> None:
    before = contents(there)
    with servers.start(f"existing:{there.admin_dsn}", preset=preset) as server:
        assert server.version == there.version
        assert not server.capabilities.can_restart
        database = server.create_database()
        with psycopg.connect(database.dsn) as session:
            session.execute("create table kept ()")
        copy = server.clone(database)
        with psycopg.connect(copy.dsn) as session:
            assert session.execute("select to_regclass('kept') is not null").fetchone() == (True,)
        assert contents(there) != before
    assert contents(there) == before


def test_it_is_left_as_it_was_when_the_preset_fails(there: Server, tmp_path) -> None:
    (tmp_path / "broken.sql").write_text("create role half_made;\nselect 1;\nselect * from nowhere;\n")
    before = contents(there)
    with (
        pytest.raises(ConfigError, match="nowhere") as caught,
        servers.start(f"existing:{there.admin_dsn}", preset="broken.sql", root=tmp_path),
    ):
        pass
    assert caught.value.place is not None
    assert caught.value.place.line == 3
    assert contents(there) == before


def test_a_superuser_named_postgres_is_said_to_be_one(there: Server) -> None:
    with servers.start(f"existing:{there.admin_dsn}", preset="supabase") as server:
        assert any("postgres is a superuser" in note for note in server.capabilities.notes)


def test_migrations_run_as_the_role_the_preset_makes(there: Server, tmp_path) -> None:
    (tmp_path / "mine.sql").write_text("-- schemactl:migration_role=deployer\ncreate role deployer login;\n")
    with servers.start(f"existing:{there.admin_dsn}", preset="mine.sql", root=tmp_path) as server:
        database = server.create_database()
        with psycopg.connect(database.dsn) as session:
            assert session.execute("select current_user").fetchone() == ("deployer",)
            session.execute("create table owned ()")
            session.execute("reset role")
            assert session.execute("select current_user").fetchone() == ("deployer",)
    assert "deployer" not in contents(there)[1]


def test_a_role_that_was_there_stays(there: Server) -> None:
    with psycopg.connect(there.admin_dsn, autocommit=True) as session:
        session.execute("create role anon nologin")
        try:
            with servers.start(f"existing:{there.admin_dsn}", preset="supabase"):
                pass
            assert "anon" in contents(there)[1]
            assert "authenticated" not in contents(there)[1]
        finally:
            session.execute("drop role anon")


def test_roles_stay_while_another_run_needs_them(there: Server) -> None:
    before = contents(there)
    with servers.start(f"existing:{there.admin_dsn}", preset="supabase") as outer:
        needed = contents(there)[1]
        with servers.start(f"existing:{there.admin_dsn}", preset="supabase") as inner:
            inner.create_database()
        assert contents(there)[1] == needed
        with psycopg.connect(outer.create_database().dsn) as session:
            session.execute("set role anon")
    assert contents(there) == before


def test_databases_of_killed_runs_are_swept_and_those_of_the_living_are_not(there: Server) -> None:
    before = contents(there)
    program = (
        "import sys\nfrom schemactl import servers\n"
        "with servers.start(sys.argv[1], preset='supabase') as s:\n"
        "  s.create_database(); print('up', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [interpreter(), "-c", program, f"existing:{there.admin_dsn}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": python_path()},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    during = contents(there)
    with servers.start(f"existing:{there.admin_dsn}", preset="supabase"):
        assert contents(there)[0] > during[0]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert contents(there) == during

    def lock_is_gone() -> bool:
        with psycopg.connect(there.admin_dsn) as session:
            return session.execute("select from pg_locks where classid = 1935894372").fetchone() is None

    wait_until(lock_is_gone)
    with servers.start(f"existing:{there.admin_dsn}", preset="plain"):
        assert not during[0] - before[0] & contents(there)[0]
    assert contents(there) == before


def test_somebody_elses_database_is_not_ours_to_drop(there: Server) -> None:
    with psycopg.connect(there.admin_dsn, autocommit=True) as session:
        session.execute("create database schemactl_notes")
        try:
            with servers.start(f"existing:{there.admin_dsn}"):
                pass
            assert "schemactl_notes" in contents(there)[0]
        finally:
            session.execute("drop database schemactl_notes")


def test_what_looks_like_production_is_refused_until_it_consents(there: Server) -> None:
    with psycopg.connect(there.admin_dsn, autocommit=True) as session:
        session.execute("create database shop_production")
        dsn = there.dsn("shop_production")
        try:
            with pytest.raises(ServerError, match=r"production.*shop_prod") as caught, servers.start(f"existing:{dsn}"):
                pass
            assert caught.value.exit_code == 3
            assert caught.value.hint is not None
            assert "schemactl.allow_throwaway" in caught.value.hint
            with servers.start(f"existing:{dsn}{CONSENT}") as server:
                server.create_database()
            session.execute("alter database shop_production set schemactl.allow_throwaway = on")
            with servers.start(f"existing:{dsn}") as server:
                server.create_database()
        finally:
            session.execute("drop database shop_production with (force)")


@pytest.mark.parametrize("name", ["products", "reproduction", "delivery_test", "olive"])
def test_names_that_only_resemble_production_are_fine(there: Server, name: str) -> None:
    with psycopg.connect(there.admin_dsn, autocommit=True) as session:
        session.execute(f"create database {name}".encode())
        try:
            with servers.start(f"existing:{there.dsn(name)}"):
                pass
        finally:
            session.execute(f"drop database {name} with (force)".encode())


def test_a_standby_is_refused(kind: str) -> None:
    with servers.start(kind) as server:
        with psycopg.connect(server.admin_dsn) as session:
            row = session.execute("show data_directory").fetchone()
        assert row is not None
        (Path(row[0]) / "standby.signal").touch(mode=0o644)
        server.restart()
        with pytest.raises(ServerError, match="is a standby"), servers.start(f"existing:{server.admin_dsn}"):
            pass


def test_a_replication_client_is_a_sign(there: Server) -> None:
    """What follows the write-ahead log is a standby, a backup or a feed: somebody counts on this server."""
    follower = subprocess.Popen(
        [
            *(str(embedded(choose()).directory / "pg_recvlogical"), "-d", there.admin_dsn, "--slot=follow"),
            *("--create-slot", "--start", "-f", "-", "--plugin=test_decoding"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def follows() -> bool:
        with psycopg.connect(there.admin_dsn) as session:
            return session.execute("select from pg_replication_slots where active").fetchone() is not None

    try:
        wait_until(follows)
        with pytest.raises(ServerError, match="replication client"), servers.start(f"existing:{there.admin_dsn}"):
            pass
    finally:
        follower.kill()
        follower.wait()
        wait_until(lambda: not follows())
        with psycopg.connect(there.admin_dsn, autocommit=True) as session:
            session.execute("select pg_drop_replication_slot('follow')")


def test_without_superuser_the_plain_preset_works_and_supabase_says_what_it_needs(there: Server) -> None:
    with psycopg.connect(there.admin_dsn, autocommit=True) as session:
        session.execute("create role maker login createdb")
        try:
            dsn = there.dsn("postgres", "maker")
            with servers.start(f"existing:{dsn}") as server:
                database = server.create_database()
                with psycopg.connect(database.dsn) as own:
                    assert own.execute("select current_user").fetchone() == ("maker",)
            refused = pytest.raises(ServerError, match="maker needs to be a superuser")
            with refused, servers.start(f"existing:{dsn}", preset="supabase"):
                pass
        finally:
            session.execute("drop role maker")


def test_restart_is_refused(there: Server) -> None:
    with (
        servers.start(f"existing:{there.admin_dsn}") as server,
        pytest.raises(ServerError, match="cannot be restarted"),
    ):
        server.restart()


def test_nobody_answers() -> None:
    with (
        pytest.raises(ServerError, match="cannot be reached") as caught,
        servers.start("existing:host=127.0.0.1 port=1"),
    ):
        pass
    assert caught.value.exit_code == 3


def test_an_unreadable_connection_string_is_not_repeated() -> None:
    secret = "hunter" + "2"
    with pytest.raises(ConfigError) as caught, servers.start(f"existing:postgresql://u:{secret}@h/?nonsense=1"):
        pass
    assert secret not in str(caught.value)
