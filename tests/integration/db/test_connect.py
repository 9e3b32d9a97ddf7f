"""Connections to a real server: how they are found, what they set, and what is said when there is none."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.support.applying import run, write

from schemactl import __version__, servers
from schemactl.core.errors import ServerError
from schemactl.db.connect import connect, connect_patiently
from schemactl.db.failure import unforeseen
from schemactl.servers import Database

ADA = "postgresql://ada"


@pytest.fixture(scope="module")
def known() -> Iterator[dict[str, str]]:
    """libpq's parameters of a database on loopback that wants a password."""
    with servers.start("embedded", tcp=True) as server, server.database() as database:
        yield {name: str(value) for name, value in conninfo_to_dict(database.dsn).items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "m", _1_a="select 1")


def without_password(known: dict[str, str]) -> str:
    return make_conninfo(**{name: value for name, value in known.items() if name != "password"})


def test_a_session_is_named_and_noticed_when_its_client_dies(plain_database: Database):
    with connect(plain_database.dsn) as connection:
        (name, idle, strings, encoding) = connection.execute(
            "select current_setting('application_name'), current_setting('idle_in_transaction_session_timeout'),"
            " current_setting('standard_conforming_strings'), current_setting('client_encoding')"
        ).fetchone() or ("", "", "", "")
        assert (name, idle, strings, encoding) == (f"schemactl:{__version__}", "1min", "on", "UTF8")
        check = connection.execute("select current_setting('client_connection_check_interval', true)").fetchone()
        assert check == ("2s",)
        assert connection.autocommit


def test_what_the_dsn_says_of_time_outs_stands(plain_database: Database):
    dsn = make_conninfo(plain_database.dsn, keepalives_idle=7, connect_timeout=3)
    with connect(dsn) as connection:
        assert connection.info.get_parameters()["keepalives_idle"] == "7"


def test_a_password_file_and_a_service_file_are_read(tmp_path: Path, folder: Path, known: dict[str, str]):
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"{known['host']}:{known['port']}:*:*:{known['password']}\n", encoding="utf-8")
    passwords.chmod(0o600)
    services = tmp_path / "services"
    lines = [f"{name}={value}" for name, value in known.items() if name != "password"]
    services.write_text("[shop]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    files = {"PGPASSFILE": str(passwords), "PGSERVICEFILE": str(services)}
    for arguments, more in (
        (("--database", without_password(known)), {}),
        (("--database", "service=shop"), {}),
        ((), {"PGSERVICE": "shop"}),
        ((), {"DATABASE_URL": without_password(known)}),
        (
            (),
            {"PGHOST": known["host"], "PGPORT": known["port"], "PGUSER": known["user"], "PGDATABASE": known["dbname"]},
        ),
    ):
        result = run("apply", str(folder), *arguments, **files, **more)
        assert result.returncode == 0, (arguments, more, result.stderr)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "wr" + "ongwrong"}, "password authentication failed"),
        ({"password": ""}, "no password supplied"),
        ({"dbname": "nowhere"}, 'database "nowhere" does not exist'),
        ({"port": "1"}, "Connection refused"),
        ({"host": "nowhere.invalid"}, "resolve host 'nowhere.invalid': Name or service not known"),
        ({"sslmode": "require"}, "SSL"),
    ],
)
def test_no_connection_is_exit_code_3_with_the_place_and_a_hint_and_no_password(
    folder: Path, known: dict[str, str], change: dict[str, str], said: str
):
    target = {**known, **change}
    result = run("apply", str(folder), "--database", make_conninfo(**target))
    assert result.returncode == 3
    assert said in result.stderr
    assert f"`{target['dbname']}` on {target['host']} port {target['port']}" in result.stderr
    assert "hint: " in result.stderr
    assert known["password"] not in result.stderr
    assert "wrongwrong" not in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "dsn",
    [f"{ADA}:p@ss@host/db", f"{ADA}:p/ss@host/db", "nonsense", "mysql://ada@host/db", ""],
)
def test_a_dsn_that_cannot_be_read_is_exit_code_2(folder: Path, dsn: str):
    result = run("apply", str(folder), "--database", dsn)
    assert result.returncode == 2
    assert "--database" in result.stderr
    assert "hint: " in result.stderr
    assert "ss@host" not in result.stderr


def test_a_server_that_goes_away_in_the_middle_is_no_mistake_of_ours(plain_database: Database):
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as other, connect(plain_database.dsn) as ours:
        with pytest.raises(psycopg.ProgrammingError) as wrong:
            ours.execute("selec 1")
        assert unforeseen(wrong.value) is None
        assert unforeseen(ValueError("x")) is None
        other.execute("select pg_terminate_backend(%s)", (ours.info.backend_pid,))
        with pytest.raises(psycopg.OperationalError) as lost:
            ours.execute("select 1")
        error = unforeseen(lost.value)
    assert error is not None
    assert error.exit_code == 3
    assert "terminating connection" in error.message
    assert error.hint


class Steps:
    """A clock that counts; after `until` sleeps `act` happens."""

    def __init__(self, act, until: int) -> None:
        self.time, self.act, self.left = 0.0, act, until

    def now(self):
        raise NotImplementedError

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.left -= 1
        if self.left == 0:
            self.act()


def test_patience_lasts_until_the_server_answers_or_the_time_is_up(plain_database: Database, tmp_path: Path):
    parameters = conninfo_to_dict(plain_database.superuser_dsn)
    path = tmp_path / "s"
    dsn = make_conninfo(plain_database.superuser_dsn, host=str(path))
    clock = Steps(lambda: path.symlink_to(str(parameters["host"])), until=3)
    connect_patiently(dsn, seconds=60, clock=clock).close()
    assert clock.left == 0
    path.unlink()
    clock = Steps(lambda: None, until=0)
    with pytest.raises(ServerError):
        connect_patiently(dsn, seconds=60, clock=clock)
    assert 30 < clock.time <= 60
