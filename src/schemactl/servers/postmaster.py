"""A Postgres that we start ourselves, out of a run directory: the machinery of `embedded` and `local`."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemactl.core.errors import ServerError
from schemactl.servers.account import Account
from schemactl.servers.address import Address
from schemactl.servers.binaries import Binaries
from schemactl.servers.keeper import Keeper, keeper
from schemactl.servers.run_directory import RunDirectory

SIGNALS = {"fast": "INT", "immediate": "QUIT"}
SOCKET_PORT = 5432
PORT_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Login:
    """The superuser, and the password that it needs where the server listens on TCP."""

    user: str
    password: str


class Postmaster:
    """A started server: where it is, and how to stop and restart it."""

    def __init__(self, kept: Keeper, address: Address, port: int) -> None:
        self._keeper = kept
        self._port = port
        self.address = address

    def await_ready(self) -> None:
        """Wait until it accepts connections."""
        self._keeper.await_ready()

    def stop(self) -> None:
        """Shut down cleanly, so that the cluster can be copied."""
        self._keeper.stop(SIGNALS["fast"])

    def restart(self, mode: str) -> None:
        """Stop, `fast` or `immediate`, start again and wait until connections are accepted."""
        self._keeper.stop(SIGNALS[mode])
        self._keeper.start(self._port)
        self._keeper.await_ready()


@contextmanager
def postmaster(
    run: RunDirectory, cluster: Path | None, binaries: Binaries, account: Account, login: Login, *, tcp: bool = False
) -> Iterator[Postmaster]:
    """A server on a copy of `cluster` (None: on the data already in `run`), stopped and removed afterwards.

    It listens on a socket in `run`, on loopback when `tcp` is asked for or no socket is to be had.
    Raises ServerError when it does not come up.
    """
    over_tcp = tcp or not run.holds_sockets
    listen = {
        "unix_socket_directories": "" if over_tcp else str(run.path),
        "listen_addresses": "127.0.0.1" if over_tcp else "",
    }
    arguments = [part for name, value in listen.items() for part in ("-c", f"{name}={value}")]
    with keeper(run, cluster, binaries.postgres, arguments, account) as kept:
        yield _on_loopback(kept, login) if over_tcp else _on_socket(kept, run, login)


def _on_socket(kept: Keeper, run: RunDirectory, login: Login) -> Postmaster:
    kept.start(SOCKET_PORT)
    _import_client()
    kept.await_ready()
    address = Address({"host": str(run.path), "port": str(SOCKET_PORT), "user": login.user, "dbname": "postgres"})
    return Postmaster(kept, address, SOCKET_PORT)


def _on_loopback(kept: Keeper, login: Login) -> Postmaster:
    """On a free port. Another process may take it between the look and the start: then the next one."""
    for attempt in range(1, PORT_ATTEMPTS + 1):
        port = _free_port()
        kept.start(port)
        _import_client()
        try:
            kept.await_ready()
        except ServerError as error:
            if attempt == PORT_ATTEMPTS or "Address already in use" not in error.message:
                raise
            continue
        break
    parameters = {"host": "127.0.0.1", "port": str(port), "user": login.user, "password": login.password}
    return Postmaster(kept, Address({**parameters, "dbname": "postgres"}), port)


def _import_client() -> None:
    """Loading psycopg takes longer than Postgres takes to start: do it while Postgres does."""
    import psycopg  # noqa: F401


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
