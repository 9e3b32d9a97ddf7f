"""What stands between a client and its server: a link that breaks, and poolers."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.support import killing
from tests.support.servers import unavailable

from schemactl.servers import account

COMMITTED = b"C" + (11).to_bytes(4, "big") + b"COMMIT\0"
"""The server's answer to COMMIT (manual, 55.7, CommandComplete)."""
READY_IDLE = b"Z" + (5).to_bytes(4, "big") + b"I"
"""ReadyForQuery, outside a transaction."""


def through(dsn: str, host: str, port: int) -> str:
    """The DSN by way of another address, without encryption, which would need its own answer from a proxy."""
    return make_conninfo(dsn, host=host, port=port, sslmode="disable", gssencmode="disable")


def _to_server(dsn: str) -> socket.socket:
    known = conninfo_to_dict(dsn)
    host, port = str(known["host"]), int(str(known.get("port", 5432)))
    if host.startswith("/"):
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server
    return socket.create_connection((host, port))


@contextmanager
def _listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve every connection to a free port of loopback in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(killing.PATIENCE)


class Cut:
    """A link that breaks once, when `when` is seen in what the server says, before the client hears it."""

    def __init__(self, dsn: str, when: Callable[[bytes], bool]) -> None:
        self._dsn = dsn
        self._when = when
        self.cuts = 0

    def serve(self, client: socket.socket) -> None:
        server = _to_server(self._dsn)
        threading.Thread(target=_pump, args=(client, server), daemon=True).start()
        with suppress(OSError):
            while data := server.recv(65536):
                if not self.cuts and self._when(data):
                    self.cuts += 1
                    break
                client.sendall(data)
        _close(client, server)

    @contextmanager
    def listening(self) -> Iterator[str]:
        """The DSN that goes through the link."""
        with _listening(self.serve) as port:
            yield through(self._dsn, "127.0.0.1", port)


class TwoBackends:
    """Gives a client two server processes, and every transaction to the other one than the transaction before."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def serve(self, client: socket.socket) -> None:
        with ExitStack() as stack, suppress(OSError):
            stack.callback(client.close)
            backends = [stack.enter_context(_to_server(self._dsn)) for _ in range(2)]
            startup = _startup(client)
            backends[1].sendall(startup)
            _until_idle(backends[1])
            backends[0].sendall(startup)
            client.sendall(_until_idle(backends[0]))
            turn = 0
            while request := client.recv(65536):
                turn = 1 - turn
                backends[turn].sendall(request)
                client.sendall(_until_ready(backends[turn]))

    @contextmanager
    def listening(self) -> Iterator[str]:
        """The DSN that goes through the pooler."""
        with _listening(self.serve) as port:
            yield through(self._dsn, "127.0.0.1", port)


@contextmanager
def pgbouncer(dsn: str, mode: str) -> Iterator[str]:
    """Debian's pgbouncer in front of the database; skips where it is not installed."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        unavailable("pgbouncer is not installed")
    assert program
    known = conninfo_to_dict(dsn)
    runs_as = account.choose()
    with TemporaryDirectory() as directory, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        folder = Path(directory)
        runs_as.own(folder)
        configuration = folder / "pgbouncer.ini"
        configuration.write_text(
            f"""[databases]
{known["dbname"]} = host={known["host"]} port={known.get("port", 5432)} dbname={known["dbname"]} user={known["user"]}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
ignore_startup_parameters = extra_float_digits,options
""",
            encoding="utf-8",
        )
        with subprocess.Popen(
            [program, str(configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "USER": runs_as.name},
            **runs_as.spawn,
        ) as process:
            try:
                killing.until(lambda: _answers(port))
                yield make_conninfo(
                    host="127.0.0.1", port=port, dbname=known["dbname"], user=known["user"], sslmode="disable"
                )
            finally:
                process.kill()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    _close(source, sink)


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


def _startup(client: socket.socket) -> bytes:
    head = client.recv(4, socket.MSG_WAITALL)
    return head + client.recv(int.from_bytes(head, "big") - 4, socket.MSG_WAITALL)


def _until_idle(server: socket.socket) -> bytes:
    said = b""
    while not said.endswith(READY_IDLE):
        data = server.recv(65536)
        if not data:
            raise OSError("the server hung up")
        said += data
    return said


def _until_ready(server: socket.socket) -> bytes:
    said = b""
    while said[-6:-1] != READY_IDLE[:-1]:
        data = server.recv(65536)
        if not data:
            raise OSError("the server hung up")
        said += data
    return said
