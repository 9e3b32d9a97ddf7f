"""One Postgres process, from start to stop, through a keeper that outlives us just long enough to clean up.

The keeper is a shell script in a session of its own, so that neither Ctrl-C nor the death of a thread reaches it. It
reads commands from a pipe; when the pipe closes, and the kernel closes it whatever becomes of us, it stops Postgres and
removes the run directory. The same path serves success, an exception and SIGKILL.
"""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from schemactl.core.errors import ServerError
from schemactl.core.resources import read_text
from schemactl.servers.account import Account
from schemactl.servers.environment import clean_environment
from schemactl.servers.run_directory import RunDirectory

START_TIMEOUT = 60.0
LOOK_FOR_DEATH_EVERY = 0.25


class Keeper:
    """Starts and stops the Postgres of one run directory."""

    def __init__(self, directory: RunDirectory, process: "subprocess.Popen[str]") -> None:
        self._directory = directory
        self._process = process

    def start(self, port: int) -> None:
        """Start Postgres; `await_ready` says when it accepts connections."""
        self._command(f"start {port}")

    def stop(self, signal: str) -> None:
        """Stop Postgres with `INT` (fast) or `QUIT` (immediate) and wait until it is gone."""
        self._command(f"stop {signal}")
        self._answer("stopped")

    def await_ready(self) -> None:
        """Wait until Postgres accepts connections.

        Raises ServerError with the end of the log when it does not come up.
        """
        pid = int(self._answer("started"))
        deadline = time.monotonic() + START_TIMEOUT
        look = time.monotonic() + LOOK_FOR_DEATH_EVERY
        while not _is_ready(self._directory.data, pid):
            now = time.monotonic()
            if now > deadline or (now > look and _is_dead(pid)):
                raise self._failure()
            if now > look:
                look = now + LOOK_FOR_DEATH_EVERY
            time.sleep(0.001)

    def _command(self, line: str) -> None:
        try:
            _pipe(self._process.stdin).write(f"{line}\n")
        except BrokenPipeError as error:
            raise self._failure() from error

    def _answer(self, word: str) -> str:
        found, _, rest = _pipe(self._process.stdout).readline().strip().partition(" ")
        if found != word:
            raise self._failure()
        return rest

    def _failure(self) -> ServerError:
        return ServerError(f"Postgres did not start:\n{self._directory.log_tail() or 'it wrote no log'}")


@contextlib.contextmanager
def keeper(
    directory: RunDirectory, cluster: Path | None, postgres: Path, arguments: Sequence[str], account: Account
) -> Iterator[Keeper]:
    """A keeper for `directory`, copying `cluster` into it first; afterwards Postgres is stopped and the files are gone.

    Raises ServerError when this system has no `sh` or does not let us change to `account`.
    """
    shell = shutil.which("sh")
    if shell is None:
        raise ServerError("there is no `sh` to start Postgres with", hint="Use `--postgres existing:DSN`.")
    try:
        process = subprocess.Popen(
            [
                *(shell, "-c", read_text("schemactl.servers", "keeper.sh"), "keeper.sh"),
                *(str(directory.path), str(cluster or ""), str(postgres), *arguments),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd="/",
            env=clean_environment(),
            start_new_session=True,
            **account.spawn,
        )
    except OSError as error:
        raise ServerError(
            f"cannot start Postgres as the account {account.name}: {error.strerror}",
            hint="Root needs the right to change user (CAP_SETUID, CAP_SETGID); or run schemactl as an ordinary user.",
        ) from error
    try:
        yield Keeper(directory, process)
    finally:
        _close(process)


def _close(process: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(BrokenPipeError):
        _pipe(process.stdin).close()
    process.wait()
    _pipe(process.stdout).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # noqa: S101  both ends were asked for
    return stream


def _is_ready(data: Path, pid: int) -> bool:
    """Whether postmaster.pid is this process' and its eighth line reads `ready` (source: utils/pidfile.h)."""
    try:
        lines = (data / "postmaster.pid").read_text().split("\n")
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].startswith("ready")


def _is_dead(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
