"""Where made clusters are kept between runs."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from schemactl.core.errors import ServerError

VARIABLE = "SCHEMACTL_CACHE_DIR"


def cache_directory() -> Path:
    """SCHEMACTL_CACHE_DIR, or the place this system has for caches: the machine's for root, the user's for others."""
    asked = os.environ.get(VARIABLE)
    if asked:
        return Path(asked).absolute()
    import platformdirs

    if os.geteuid() == 0:
        return Path(platformdirs.site_cache_dir("schemactl"))
    return Path(platformdirs.user_cache_dir("schemactl"))


def make_directory(path: Path) -> None:
    """Make `path` and its parents, to be entered by anyone whatever the umask says.

    Raises ServerError that names the way to another place.
    """
    try:
        for missing in reversed([part for part in (path, *path.parents) if not part.exists()]):
            missing.mkdir(exist_ok=True)
            missing.chmod(0o755)
    except OSError as error:
        raise ServerError(
            f"cannot make the cache directory {path}: {error.strerror}",
            hint=f"Set {VARIABLE} to a directory that can be written.",
        ) from error


@contextlib.contextmanager
def locked(path: Path, mode: int) -> Iterator[None]:
    """Hold `path` locked, shared (`LOCK_SH`) or alone (`LOCK_EX`), waiting for whoever has it."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, mode)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked_now(path: Path) -> Iterator[bool]:
    """Hold `path` locked alone if nobody else has it; whether that is so."""
    descriptor = _open(path)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    make_directory(path.parent)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ServerError(
            f"cannot lock {path}: {error.strerror}", hint=f"Set {VARIABLE} to a directory that can be written."
        ) from error
