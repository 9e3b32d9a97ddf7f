"""Where servers listen, and what is said when one cannot be started."""

import shutil
from pathlib import Path

import psycopg
import pytest

from schemactl import servers
from schemactl.core.errors import ConfigError, ServerError
from schemactl.core.events import Event, Finished, Note, Started
from schemactl.servers import cluster, run_directory
from schemactl.servers.account import choose
from schemactl.servers.binaries import embedded


def test_tcp_on_loopback_asks_for_a_password(kind: str) -> None:
    with servers.start(kind, preset="supabase", tcp=True) as server:
        database = server.create_database()
        with psycopg.connect(database.dsn) as session:
            assert session.execute("select current_user, inet_server_addr()::text").fetchone() == (
                "postgres",
                "127.0.0.1/32",
            )
            assert session.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        with psycopg.connect(database.superuser_dsn) as session:
            assert session.execute("select current_user").fetchone() == ("supabase_admin",)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(database.dsn, password="wrong")
        server.restart("immediate")
        psycopg.connect(database.dsn).close()


def test_tcp_where_no_socket_fits(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_directory, "LONGEST_SOCKET_PATH", 10)
    with servers.start(kind) as server:
        assert "@127.0.0.1:" in server.admin_dsn
        psycopg.connect(server.create_database().dsn).close()


def test_a_long_tmpdir_gives_way_to_a_place_where_sockets_fit(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = scratch / ("x" * 90)
    long.mkdir()
    long.chmod(0o1777)
    monkeypatch.setenv("TMPDIR", str(long))
    with servers.start() as server:
        assert "@/postgres?host=%2F" in server.admin_dsn


def test_the_socket_is_ours_alone(kind: str) -> None:
    with servers.start(kind) as server, psycopg.connect(server.admin_dsn) as session:
        row = session.execute("show unix_socket_directories").fetchone()
        assert row is not None
        assert Path(row[0]).stat().st_mode & 0o777 == 0o700
        assert session.execute("show listen_addresses").fetchone() == ("",)


def test_a_removed_cache_does_not_wait_for_running_servers(
    kind: str, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEMACTL_CACHE_DIR", str(scratch / "cache"))
    heard: list[Event] = []
    with servers.start(kind, listener=heard.append) as first:
        assert [type(event) for event in heard] == [Started, Finished]
        for entry in (scratch / "cache").glob("clusters/*/*"):
            if entry.is_dir():
                shutil.rmtree(entry)
        with servers.start(kind) as second:
            second.drop(second.create_database())
        first.drop(first.create_database())


def test_a_cluster_that_another_process_evicts_meanwhile_is_made_again(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEMACTL_CACHE_DIR", str(scratch / "cache"))
    made: list[Path] = []

    def evict(_home: Path, spare: Path) -> None:
        made.append(spare)
        if len(made) == 1:
            shutil.rmtree(spare)

    monkeypatch.setattr(cluster, "evict", evict)
    with servers.start() as server:
        server.drop(server.create_database())
    assert len(made) == 2


def test_what_a_preset_left_out_is_told() -> None:
    heard: list[Event] = []
    with servers.start("embedded", preset="supabase", listener=heard.append) as server:
        assert [note.message for note in heard if isinstance(note, Note)] == list(server.capabilities.notes)
        assert sum(isinstance(event, Note) for event in heard) == 2


def test_a_projects_own_preset(kind: str, tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text(
        "-- schemactl:migration_role=app\n"
        "create role app login;\ncreate table settled (n int);\ngrant all on settled to app;\n"
    )
    with servers.start(kind, preset="mine.sql", root=tmp_path) as server:
        database = server.create_database()
        with psycopg.connect(database.dsn) as session:
            assert session.execute("select current_user, (select count(*) from settled)").fetchone() == ("app", 0)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("select 1;\nselect * from nowhere;\n", 'relation "nowhere" does not exist', 2),
        ("-- schemactl:migration_role=app\nselect 1;\n", "makes no such role", None),
        ('create extension "no_such";\n', 'extension "no_such" is not available', None),
    ],
)
def test_a_preset_that_fails(tmp_path: Path, text: str, message: str, line: int | None) -> None:
    (tmp_path / "broken.sql").write_text(text)
    with pytest.raises(ConfigError) as caught, servers.start(preset="broken.sql", root=tmp_path):
        pass
    assert message in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.line == line
    assert Path(caught.value.place.file).name == "broken.sql"


def test_a_directory_without_programs(tmp_path: Path) -> None:
    refused = pytest.raises(ServerError, match="no program postgres or initdb in")
    with refused as caught, servers.start(f"local:{tmp_path}"):
        pass
    assert caught.value.exit_code == 3


def test_nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("schemactl.servers.binaries.PLACES", (f"{tmp_path}/*/bin",))
    with pytest.raises(ServerError, match="no PostgreSQL server programs found") as caught, servers.start("local"):
        pass
    assert "--postgres embedded" in str(caught.value.hint)


@pytest.fixture
def faulty(scratch: Path) -> Path:
    """Programs of which `postgres` fails once it is asked to serve."""
    real = embedded(choose()).directory
    folder = scratch / "bin"
    folder.mkdir(mode=0o755)
    (folder / "initdb").write_text(f'#!/bin/sh\nexec "{real}/initdb" "$@"\n')
    (folder / "postgres").write_text(
        '#!/bin/sh\ncase "$*" in *listen_addresses*) echo "the disk is on fire" >&2; exit 1;; esac\n'
        f'exec "{real}/postgres" "$@"\n'
    )
    for program in folder.iterdir():
        program.chmod(0o755)
    return folder


def test_a_server_that_dies_says_its_last_words(faulty: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(scratch))
    with pytest.raises(ServerError, match=r"(?s)did not start.*the disk is on fire"), servers.start(f"local:{faulty}"):
        pass
    assert not list(scratch.glob(f"{run_directory.PREFIX}*"))


def test_an_initdb_that_fails_says_why(faulty: Path) -> None:
    (faulty / "initdb").write_text("#!/bin/sh\necho 'no room' >&2\nexit 1\n")
    with pytest.raises(ServerError, match=r"initdb failed as the account .*no room"), servers.start(f"local:{faulty}"):
        pass


def test_a_cluster_that_vanished_is_an_error_not_a_hang(
    kind: str, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEMACTL_CACHE_DIR", str(scratch / "cache"))
    with servers.start(kind):
        pass
    (data,) = scratch.glob("cache/clusters/*/*/data")
    shutil.rmtree(data)
    with pytest.raises(ServerError, match="did not start"), servers.start(kind):
        pass


def test_a_missing_extension_is_explained_with_a_server_that_has_it(embedded_server: servers.Server) -> None:
    with embedded_server.database() as database, psycopg.connect(database.superuser_dsn, autocommit=True) as session:
        for statement, names in (
            ("create extension pgcrypto", ("pgcrypto", "--postgres local")),
            ('create extension "uuid-ossp"', ("uuid-ossp", "gen_random_uuid()")),
            ("create extension postgis", ("postgis", "container:postgis/postgis")),
            ("create extension unheard_of", ("unheard_of", "--postgres")),
            ("select extensions.crypt('a', 'b')", ("pgcrypto", "--postgres local")),
            ("select uuid_generate_v4()", ("uuid-ossp", "gen_random_uuid()")),
        ):
            with pytest.raises(psycopg.Error) as caught:
                session.execute(statement.encode())
            explained = embedded_server.explain(caught.value.sqlstate, str(caught.value))
            assert explained is not None, statement
            assert all(name in explained for name in names), explained
        for statement in ("select no_such_function()", "select 1/0", "create table t (x geometry)"):
            with pytest.raises(psycopg.Error) as caught:
                session.execute(statement.encode())
            assert embedded_server.explain(caught.value.sqlstate, str(caught.value)) is None, statement
        session.execute("create extension vector with schema extensions")
