"""What has passed before: prefixes of chains, known again by their content.

A chain of migrations grows at its end. When its first n files passed every check without a finding, on this server,
with this configuration and this program, then they need no second look: they are applied once, and the checks begin
behind them. Only what passed is remembered, as empty files in the cache directory.
"""

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from schemactl import __version__
from schemactl.core.errors import ServerError
from schemactl.migrations.model import Migration
from schemactl.servers import Server
from schemactl.servers.cache import cache_directory, make_directory
from schemactl.verify.walk import Outcome

WORTH = 32
"""Shorter chains are walked anew: that takes no longer, and shows every lock."""
_MOST = 2000


class Memory:
    """The prefixes of one chain; `about` is all besides the files on which the outcome depends."""

    def __init__(self, migrations: Sequence[Migration], server: Server, about: Sequence[object]) -> None:
        begin = repr((__version__, _program(), server.provider, server.version, server.preset.fingerprint, *about))
        self._keys = list(_rolling(begin, migrations))
        self._directory = cache_directory() / "verify"

    def proven(self) -> int:
        """How many files at the beginning have passed before; never all, so that something is always looked at."""
        if len(self._keys) <= WORTH:
            return 0
        places = range(len(self._keys) - 1, 0, -1)
        with contextlib.suppress(OSError):
            return next((count for count in places if (self._directory / self._keys[count - 1]).exists()), 0)
        return 0

    def remember(self, count: int) -> None:
        """The first `count` files have passed. A cache that cannot be written is no misfortune."""
        if count < WORTH:
            return
        with contextlib.suppress(OSError, ServerError):
            make_directory(self._directory)
            (self._directory / self._keys[count - 1]).touch()
            oldest_last = sorted(self._directory.iterdir(), key=lambda file: -file.stat().st_mtime)
            for file in islice(oldest_last, _MOST, None):
                file.unlink(missing_ok=True)


def passed(migrations: Sequence[Migration], outcomes: Mapping[str, Outcome]) -> int:
    """How many files at the beginning no check has anything to say about."""
    told = {f.span.file for outcome in outcomes.values() for f in outcome.findings if f.span}
    told |= {skip.file for outcome in outcomes.values() for skip in outcome.not_checked}
    return next((n for n, one in enumerate(migrations) if not told.isdisjoint(one.files)), len(migrations))


def _rolling(begin: str, migrations: Sequence[Migration]) -> Iterator[str]:
    digest = hashlib.sha256(begin.encode())
    for migration in migrations:
        down = migration.down.raw_checksum if migration.down else ""
        digest.update(f"\0{migration.path.name}\0{migration.raw_checksum}\0{down}".encode())
        yield digest.copy().hexdigest()


def _program() -> int:
    """Changes when a check does, also between two releases."""
    return max(file.stat().st_mtime_ns for file in Path(__file__).parent.rglob("*.*") if file.suffix in {".py", ".sql"})
