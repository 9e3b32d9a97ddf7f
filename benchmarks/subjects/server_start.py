"""Nothing running, then the first answer: our throwaway server against initdb and pg_ctl by hand."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import connect

import schemactl
from benchmarks.measure import Contender, Subject
from schemactl import servers
from schemactl.core.errors import ServerError
from schemactl.servers.account import choose
from schemactl.servers.binaries import Binaries, embedded, local


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """Our cluster is cached, as it is from the second start on."""
    del scratch
    contenders = [Contender("schemactl", schemactl.__version__, _ours), _by_hand("embedded", embedded(choose()))]
    with suppress(ServerError):
        contenders.append(_by_hand("Debian", local(None, choose())))
    _ours()
    yield Subject("throwaway server, nothing running to first query", "s", contenders, rounds=7)


def _ours() -> float:
    started = time.perf_counter()
    with servers.start("embedded") as server:
        _first_query(server.admin_dsn)
        return time.perf_counter() - started


def _by_hand(name: str, binaries: Binaries) -> Contender:
    version = str(binaries.major())
    return Contender(f"initdb + pg_ctl, {name}", version, lambda: _make_and_start(binaries.directory))


def _make_and_start(programs: Path) -> float:
    account = choose()
    with TemporaryDirectory(prefix="bench") as folder:
        home = Path(folder)
        account.own(home)
        data = home / "data"

        def run(*command: str | Path) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **account.spawn)

        started = time.perf_counter()
        run(programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--no-instructions")
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        run(programs / "pg_ctl", "-D", data, "-o", options, "-l", home / "log", "-w", "start")
        try:
            _first_query(f"host={home} user=postgres dbname=postgres")
            return time.perf_counter() - started
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _first_query(dsn: str) -> None:
    with connect(dsn) as connection:
        connection.execute("select 1")
