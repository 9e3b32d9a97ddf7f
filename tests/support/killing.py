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

# Kills itself with message number N about to go out.
_KILLED = """
import os, signal, sys
from schemactl.apply import wire
from schemactl.cli.app import main
number = int(sys.argv.pop(1))
send, sent = wire.send, 0
def counted(*arguments, **options):
    global sent
    sent += 1
    if sent == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return send(*arguments, **options)
wire.send = counted
main(sys.argv[1:])
"""


def run_until_message(number: int, *arguments: str) -> int:
    """Run the program; SIGKILL it before its message `number` goes out."""
    result = subprocess.run(
        [sys.executable, "-c", _KILLED, str(number), *arguments],
        check=False,
        capture_output=True,
        env=environment(),
        timeout=PATIENCE,
    )
    return result.returncode


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
