"""Programs that hold a throwaway server open in a process of their own, to be interrupted or killed there."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

import schemactl

HOLD = """
import json, sys
from schemactl import servers
with servers.start(sys.argv[1], preset=sys.argv[2]) as server:
    print(json.dumps({"dsn": server.admin_dsn, "database": server.create_database().dsn}), flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class Held:
    """A process holding a server, the server's postmaster, and its run directory (None where it has none)."""

    process: subprocess.Popen[str]
    postmaster: psutil.Process
    directory: Path

    @property
    def keeper(self) -> psutil.Process:
        """The shell that outlives the process."""
        parent = self.postmaster.parent()
        assert parent is not None
        return parent

    def gone(self) -> bool:
        """Whether neither process nor file is left."""
        return not self.postmaster.is_running() and not self.directory.exists()


def hold(spec: str, preset: str, environment: Mapping[str, str], account: int | None = None) -> Held:
    """Start a server in another process; it stays until its standard input ends."""
    process = subprocess.Popen(
        [interpreter(account), "-c", HOLD, spec, preset],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": python_path()} | dict(environment),
        start_new_session=True,
        user=account,
        group=account,
        extra_groups=None if account is None else [],
        cwd="/",
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.communicate()[1])
    directory = Path(dict(part.split("=") for part in _query(json.loads(line)["dsn"]))["host"])
    pid = int((directory / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    return Held(process, psutil.Process(pid), directory)


def end(held: Held, number: signal.Signals) -> int:
    """Send a signal to the process and its group, as a terminal does, and wait for its end."""
    os.killpg(held.process.pid, number)
    held.process.communicate(timeout=30)
    return held.process.returncode


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for `condition`, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)


def interpreter(account: int | None = None) -> str:
    """A Python that `account` may run."""
    if account is None:
        return sys.executable
    system = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, system):
        if runs(candidate, account):
            return candidate
    raise FileNotFoundError(f"no Python {sys.version_info.major}.{sys.version_info.minor} that user {account} may run")


def runs(program: str, account: int) -> bool:
    """Whether `account` may run `program` with our packages."""
    try:
        done = subprocess.run(
            [program, "-c", "import psycopg, psutil, schemactl"],
            capture_output=True,
            check=False,
            env={"PYTHONPATH": python_path()},
            user=account,
            group=account,
            extra_groups=[],
            cwd="/",
        )
    except OSError:
        return False
    return done.returncode == 0


def python_path() -> str:
    """Our packages and their dependencies, for an interpreter that is not in our environment."""
    return os.pathsep.join([str(Path(schemactl.__file__).parents[1]), str(Path(psutil.__file__).parents[1])])


def _query(dsn: str) -> list[str]:
    from urllib.parse import unquote

    return [unquote(part) for part in dsn.partition("?")[2].split("&")]
