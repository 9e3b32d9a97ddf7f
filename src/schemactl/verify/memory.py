"""What was seen before: prefixes of chains, known again by their content.

A chain of migrations grows at its end. What the checks had to say about its first files stays true whatever comes
behind them, on this server, with this configuration and this program: it is kept in the cache directory, and next time
the checks begin behind those files. What is true of the end of a chain is looked at each time. Where a branch is looked
at, nothing is asked of the files before: the database behind them is all that is taken from there.
"""

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from schemactl import __version__
from schemactl.core.config import Config
from schemactl.core.errors import ServerError
from schemactl.migrations.model import Folder, Migration
from schemactl.servers import presets
from schemactl.servers.cache import cache_directory, make_directory
from schemactl.verify import outcomes as written
from schemactl.verify.stats import Sizes
from schemactl.verify.walk import Outcome

WORTH = 32
"""Shorter chains are walked anew: that takes no longer."""
_APART = 8
"""So many files behind what is remembered, it is worth remembering again."""
_MOST = 200
_BRANCH = "branch"
_ROOMS = ("catalog", "db", "migrations", "rows", "servers", "sql", "verify")


@dataclass(frozen=True, slots=True)
class Remembered:
    """The first `count` files of a chain, under the name `key`: what each check had to say about them."""

    key: str
    count: int
    server_version: int
    outcomes: Mapping[str, Outcome]


class Memory:
    """The prefixes of one chain. Everything else on which outcomes depend is part of their names.

    `parting` counts the files before the first one that a branch changes, None where all files are asked about.
    """

    def __init__(
        self, folder: Folder, config: Config, checks: Sequence[str], sizes: Sizes, parting: int | None = None
    ) -> None:
        preset = presets.load(config.preset, config.grants, config.root).fingerprint
        server = (__version__, _program(), str(folder.path), config.postgres, preset)
        asked = (checks, config.verify, config.lint.runner, sorted(sizes.items()))
        self._migrations = folder.migrations
        self._keys = list(_rolling(repr(server), folder.migrations))
        # A database serves whatever was asked of its files; the answers only who asks the same.
        self._asked = _BRANCH if parting is not None else hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
        newest = len(folder.versioned) - 1  # it is worked on, and repeatable ones come behind it
        self._last = newest if parting is None else min(newest, parting)
        self._directory = cache_directory() / "verify"

    def find(self) -> Remembered | None:
        """The longest prefix that is known, never all, so that something is always looked at."""
        if self._last < WORTH:
            return None
        there = {file.stem.partition("-")[0]: file for file in self._directory.glob(f"*-{self._wanted}.json")}
        for count in range(self._last, WORTH - 1, -1):
            key = self._keys[count - 1]
            with contextlib.suppress(OSError, KeyError):
                read = written.read(there[key].read_bytes(), self._migrations[:count])
                return Remembered(key, count, *read) if read else None
        return None

    @property
    def _wanted(self) -> str:
        return "*" if self._asked == _BRANCH else self._asked

    def worth(self, known: Remembered | None) -> int | None:
        """How many files at the beginning are worth remembering now."""
        behind = known.count + _APART if known else WORTH
        return self._last if self._last >= behind else None

    def remember(self, count: int, server_version: int, outcomes: Mapping[str, Outcome]) -> str:
        """Keep what is known of the first `count` files; its name. A cache that cannot be written is no misfortune."""
        key = self._keys[count - 1]
        files = frozenset(file for migration in self._migrations[:count] for file in migration.files)
        about = {name: upto(outcome, files) for name, outcome in outcomes.items()}
        with contextlib.suppress(OSError, ServerError):
            make_directory(self._directory)
            building = self._directory / f"{key}-{self._asked}.building"
            building.write_bytes(written.write(server_version, about))
            building.rename(building.with_suffix(".json"))
            oldest_last = sorted(self._directory.iterdir(), key=lambda file: -file.stat().st_mtime)
            for file in islice(oldest_last, _MOST, None):
                file.unlink(missing_ok=True)
        return key


def upto(outcome: Outcome, files: frozenset[str]) -> Outcome:
    """The part of an outcome that is about `files` and does not depend on what comes behind them."""
    return Outcome(
        findings=tuple(one for one in outcome.findings if one.span and one.span.file in files),
        not_checked=tuple(one for one in outcome.not_checked if one.file in files),
        left_out=outcome.left_out & files,
        costs=tuple(one for one in outcome.costs if one.file in files),
        opened=tuple(one for one in outcome.opened if one.file in files),
    )


def joined(prior: Outcome, outcome: Outcome) -> Outcome:
    """What was known before and what has been seen now, in the order of the files."""
    return replace(
        outcome,
        findings=(*prior.findings, *outcome.findings),
        not_checked=(*prior.not_checked, *outcome.not_checked),
        left_out=prior.left_out | outcome.left_out,
        costs=(*prior.costs, *outcome.costs),
    )


def _rolling(begin: str, migrations: Sequence[Migration]) -> Iterator[str]:
    digest = hashlib.sha256(begin.encode())
    for migration in migrations:
        down = migration.down.raw_checksum if migration.down else ""
        digest.update(f"\0{migration.path.name}\0{migration.raw_checksum}\0{down}".encode())
        yield digest.copy().hexdigest()[:32]


def _program() -> str:
    """Changes when a check, or what it stands on, does, also between two releases."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for room in _ROOMS:
        # The text, not the time of the file: each run of a CI installs anew.
        for file in sorted(file for file in (package / room).rglob("*.*") if file.suffix in {".py", ".sql"}):
            digest.update(f"\0{file.relative_to(package)}\0".encode() + file.read_bytes())
    return digest.hexdigest()
