"""Runners that are killed at a chosen point, and servers that wait for them there."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg
from tests.support.applying import command, environment

from schemactl.catalog.snapshot import Snapshot, take

T = TypeVar("T")
GATE = 4711
PATIENCE = 60.0

# For each line on standard input, a fork of a program that has everything imported already: it applies a folder to a
# database and kills itself with a message about to go out. The answer is its exit code, negative for a signal.
_FORKED = """
import os, signal, sys
from pathlib import Path
from schemactl.apply import wire
from tests.support.applying import apply
send, sent = wire.send, 0
def counted(*arguments, **options):
    global sent
    sent += 1
    if sent == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return send(*arguments, **options)
wire.send = counted
print("ready", flush=True)
for line in sys.stdin:
    number, folder, dsn = line.rstrip("\\n").split("\\t")
    number = int(number)
    child = os.fork()
    if not child:
        apply(Path(folder), dsn)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Doomed:
    """Runners that kill themselves at a chosen message."""

    def __init__(self) -> None:
        root = str(Path(__file__).parents[2])
        path = environment()["PYTHONPATH"] + os.pathsep + root
        self._parent = subprocess.Popen(
            [sys.executable, "-c", _FORKED],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(PYTHONPATH=path),
        )
        assert self._answer() == "ready"

    def run_until_message(self, number: int, folder: Path, dsn: str) -> int:
        """Apply `folder`; SIGKILL before message `number` goes out. The exit code, negative for a signal."""
        print(number, folder, dsn, sep="\t", file=self._parent.stdin, flush=True)
        return int(self._answer())

    def close(self) -> None:
        """End the parent of them all."""
        self._parent.communicate()

    def _answer(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The program, running."""
    with subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def gate(number: int) -> str:
    """A statement that waits while the test holds gate `number` shut."""
    return f"select pg_advisory_xact_lock_shared({GATE}, {number})"


def gated(statements: list[str], settings: str = "") -> str:
    """A file with a gate before every statement and one behind the last, numbered from 1."""
    parts = [text for number, statement in enumerate(statements, 1) for text in (gate(number), statement)]
    return settings + ";\n".join([*parts, gate(len(statements) + 1)])


def shut(connection: psycopg.Connection, number: int) -> None:
    """Whoever comes to gate `number` waits until this connection closes or lets go."""
    connection.execute("select pg_advisory_lock(%s, %s)", (GATE, number))


def waiting_at(connection: psycopg.Connection, number: int) -> int | None:
    """The backend that waits at gate `number`."""
    row = connection.execute(
        "select pid from pg_locks where locktype = 'advisory' and classid = %s and objid = %s and not granted",
        (GATE, number),
    ).fetchone()
    return row[0] if row else None


def runners(connection: psycopg.Connection) -> list[int]:
    """The backends of runners on this database."""
    rows = connection.execute(
        "select pid from pg_stat_activity where application_name like 'schemactl:%' and datname = current_database()"
    )
    return [row[0] for row in rows]


def until(what: Callable[[], T | None]) -> T:
    """Wait for a condition, not for time to pass."""
    end = time.monotonic() + PATIENCE
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < end, "the condition never came true"
        time.sleep(0.02)


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL, and wait for the end."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def catalog(dsn: str) -> Snapshot:
    """Everything the schema is, without the history."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        return take(connection)


def settings_file(folder: Path, **apply: str) -> Path:
    """A configuration whose time-outs leave a test all the time it needs."""
    lines = [f'{name} = "{value}"' for name, value in apply.items()]
    path = folder / "schemactl.toml"
    path.write_text("[apply]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path
