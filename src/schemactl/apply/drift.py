"""Drift: a target's schema against the one that its applied migrations give an empty database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from schemactl.apply import targets
from schemactl.apply.sources import Kind, Reader, Source
from schemactl.apply.stores import store_for
from schemactl.catalog.difference import Change, difference
from schemactl.catalog.ledgers import without_ledgers
from schemactl.core.config import Ledger
from schemactl.core.errors import ConfigError
from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Folder
from schemactl.migrations.plan import plan


@dataclass(frozen=True, slots=True)
class Drift:
    """The changes that somebody made past the files; `applied` migrations were compared, `ignored` changes left out.

    The history that another migration tool left behind is no change.
    """

    changes: tuple[Change, ...]
    applied: int
    ignored: int


def drift(folder: Folder, dsn: str, ledger: Ledger, reader: Reader, ignore: Sequence[str] = ()) -> Drift:
    """Compare the target that `dsn` names with `folder` as far as its history says it was applied; writes nothing.

    `ignore` holds patterns of objects as the report names them. Raises HistoryError (exit 5) where files and history
    disagree, since then the files cannot say what the target should be; ConfigError where nothing was applied.
    """
    present = _present(folder, targets.history(dsn, store_for(ledger)))
    if not present.migrations:
        raise ConfigError(
            "the history names no migration of this folder as applied, so there is nothing to compare with",
            hint="`schemactl status` shows the history; `schemactl diff FOLDER DSN` compares with all files.",
        )
    expected = reader.applied(present)
    live = reader.read(Source(Kind.DATABASE, dsn))
    reader.tell_version(live)
    changes = without_ledgers(difference(expected, live))
    kept = tuple(change for change in changes if not _matches(change, ignore))
    return Drift(kept, len(present.migrations), len(changes) - len(kept))


def _present(folder: Folder, rows: Sequence[HistoryRow]) -> Folder:
    """The migrations of `folder` that the target has. A repeatable counts as it is in the folder now."""
    plan(folder, rows, out_of_order=True).require_no_conflict()
    complete = [row for row in rows if row.state.complete]
    versions = {row.version for row in complete if row.version}
    names = {row.name for row in complete if row.version is None}
    baseline = max((row.version for row in complete if row.state is State.BASELINE and row.version), default=None)
    return replace(
        folder,
        versioned=tuple(
            migration
            for migration in folder.versioned
            if migration.version in versions or (baseline and migration.version and migration.version <= baseline)
        ),
        repeatable=tuple(migration for migration in folder.repeatable if migration.name in names),
    )


def _matches(change: Change, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(str(change.object), pattern) for pattern in patterns)
