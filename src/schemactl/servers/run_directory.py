"""The directory of one running server: data, socket, log and the lock that says its owner is alive.

A directory whose lock nobody holds is an orphan, and `sweep` removes it with the server in it. The lock is the kernel's
(`flock`), so that it is gone the moment its holder is, however that ended.
"""

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemactl.core.errors import ServerError
from schemactl.servers.account import Account

PREFIX = "schemactl-pg-"
NAME = re.compile(rf"{PREFIX}[0-9a-f]{{8}}")
LOCK = "owner.lock"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  directories in it get random names and mode 0700
ENOUGH_MEMORY = 4 * 1024**3
# sun_path holds 104 bytes on BSD and macOS and 108 on Linux, the closing zero included.
LONGEST_SOCKET_PATH = 103
SOCKET = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """A directory that is ours for as long as `lock`, a file descriptor, stays open."""

    path: Path
    lock: int

    @property
    def data(self) -> Path:
        """Where the cluster lies."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """What Postgres and its keeper wrote."""
        return self.path / "log"

    @property
    def holds_sockets(self) -> bool:
        """Whether a Unix socket in here has a name short enough."""
        return len(os.fsencode(self.path / SOCKET)) <= LONGEST_SOCKET_PATH

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of the log, for an error message."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        return ""

    def remove(self) -> None:
        """Stop a server still running in here, remove everything, and let go of the lock."""
        _remove(self.path)
        os.close(self.lock)


@contextlib.contextmanager
def run_directory(account: Account) -> Iterator[RunDirectory]:
    """A fresh directory for a server of `account`; it is gone afterwards, and so are the orphans of earlier runs.

    Raises ServerError when no directory for temporary files can be used.
    """
    bases = _bases(account)
    for base in bases:
        sweep(base, account)
    directory = _create(bases[0], account)
    try:
        yield directory
    finally:
        directory.remove()


def sweep(base: Path, account: Account) -> None:
    """Remove what killed runs of the same account left in `base`; whatever is in use or not ours stays."""
    for entry in os.scandir(base):
        if not NAME.fullmatch(entry.name) or not entry.is_dir(follow_symlinks=False):
            continue
        with contextlib.suppress(OSError):
            if entry.stat(follow_symlinks=False).st_uid in {account.uid, os.geteuid()}:
                lock = _take(Path(entry.path))
                if lock is not None:
                    RunDirectory(Path(entry.path), lock).remove()


def _bases(account: Account) -> list[Path]:
    """Where servers may live, best first: what TMPDIR asks for, memory where there is plenty, then the usual places."""
    asked = os.environ.get("TMPDIR")
    candidates = [Path(asked)] if asked else []
    if free_bytes(SHARED_MEMORY) >= ENOUGH_MEMORY:
        candidates.append(SHARED_MEMORY)
    candidates += [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108
    usable = [
        base
        for base in dict.fromkeys(candidates)
        if base.is_dir() and os.access(base, os.W_OK | os.X_OK) and account.barrier(base) is None
    ]
    if not usable:
        raise ServerError(
            f"no directory for temporary files that {account.name} may use: tried {', '.join(map(str, candidates))}",
            hint="Set TMPDIR to a directory that this account may enter and write.",
        )
    # A long TMPDIR leaves no room for a socket's name; prefer a place that does, keep it when there is none.
    return sorted(usable, key=lambda base: len(os.fsencode(base)) > LONGEST_SOCKET_PATH - 40)


def free_bytes(path: Path) -> int:
    """How much an ordinary user may still write to the file system of `path`; 0 where there is none."""
    try:
        status = os.statvfs(path)
    except OSError:
        return 0
    return status.f_bavail * status.f_frsize


def _create(base: Path, account: Account) -> RunDirectory:
    while True:
        path = base / f"{PREFIX}{secrets.token_hex(4)}"
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            continue
        except OSError as error:
            raise ServerError(
                f"cannot make a directory in {base}: {error.strerror}", hint="Set TMPDIR to a directory with room."
            ) from error
        with contextlib.suppress(FileNotFoundError):
            account.own(path)
            lock = _take(path)
            if lock is not None:
                return RunDirectory(path, lock)
        # A sweep that ran in between took the directory for an orphan: another one, then.


def _take(path: Path) -> int | None:
    """The descriptor of the lock of `path`, or None when somebody holds it or the directory is gone."""
    try:
        lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if (path / LOCK).stat().st_ino == os.fstat(lock).st_ino:
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(lock)
    return None


def _remove(path: Path) -> None:
    if path.exists():
        _stop_processes_of(path)
        shutil.rmtree(path, ignore_errors=True)


def _stop_processes_of(path: Path) -> None:
    """Stop what was started on this directory: Postgres, its keeper, an initdb whose owner was killed."""
    import psutil

    ours = []
    for process in psutil.process_iter():
        # The name of the directory is random: whoever has it on the command line was given it by us.
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            if _is_server_program(words) and any(str(path) in word for word in words):
                process.send_signal(signal.SIGQUIT)
                ours.append(process)
    psutil.wait_procs(ours, timeout=10)


def _is_server_program(words: list[str]) -> bool:
    """Postgres, what prepares it, or its keeper: not an editor or psql that somebody has open on our files."""
    return bool(words) and (Path(words[0]).name in {"postgres", "initdb"} or "keeper.sh" in words)
