"""`schemactl jobs prune`: delete jobs that ended long ago, in batches that each hold their locks for a moment only."""

import re
from dataclasses import dataclass
from types import MappingProxyType

from schemactl.core.config import Config
from schemactl.core.errors import UsageError
from schemactl.core.events import Advanced, Finished, Listener, Started, ignore
from schemactl.core.results import Cell, Report, Table
from schemactl.core.words import plural
from schemactl.jobs.operate import opened
from schemactl.jobs.spec import Spec
from schemactl.jobs.store import Store

_AGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)\s*")
_SECONDS = MappingProxyType({"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0})


@dataclass(frozen=True, slots=True)
class Pruning:
    """Which jobs: of the table `name`, ended more than `kept` seconds ago, `batch` of them in a transaction.

    `results` says that rows which hold results, or have rows of results behind them, may go.
    """

    name: str
    kept: float
    batch: int = 1000
    results: bool = False
    dry_run: bool = False


def age(text: str) -> float:
    """Seconds of an age as PostgreSQL writes units: 90min, 12h, 30d. Raises UsageError."""
    found = _AGE.fullmatch(text)
    if not found:
        raise UsageError(f"`{text}` is no age", hint="Write a number and s, min, h or d, for example 30d.")
    return float(found[1]) * _SECONDS[found[2]]


def prune(config: Config, dsn: str, asked: Pruning, listener: Listener = ignore) -> Report:
    """Delete them, or with `dry_run` count them. Raises UsageError for a table whose rows are not to be deleted so."""
    with opened(config, dsn, asked.name) as store:
        _refuse(store.spec, asked)
        found = store.prunable(asked.kept)
        count = sum(int(row["jobs"]) for row in found)
        deleted = 0 if asked.dry_run else _delete(store, asked, count, listener)
        table = store.spec.config.table
    rows = tuple(
        (Cell(row["label"]), Cell(f"{row['jobs']:,}"), Cell(f"{row['oldest']:%Y-%m-%d %H:%M}")) for row in found
    )
    section = Table(asked.name, ("status", "jobs", "oldest ended"), rows, frozenset({"jobs"}))
    would = f"would delete {plural(count, 'job')} of {table}; nothing was changed"
    return Report(
        "jobs prune",
        would if asked.dry_run else f"{plural(deleted, 'job')} of {table} deleted",
        sections=(section,) if rows else (),
        details={
            "name": asked.name,
            "older_than_seconds": asked.kept,
            "dry_run": asked.dry_run,
            "found": {row["label"]: int(row["jobs"]) for row in found},
            "deleted": deleted,
        },
    )


def _delete(store: Store, asked: Pruning, count: int, listener: Listener) -> int:
    """Batch by batch, each a transaction of its own; jobs that end meanwhile are left for the next time."""
    if not count:
        return 0
    deleted = 0
    task = f"prune {asked.name}"
    listener(Started(task, count))
    try:
        while deleted < count:
            gone = store.prune(asked.kept, min(asked.batch, count - deleted))
            if not gone:
                break
            deleted += gone
            listener(Advanced(task, deleted, f"{deleted:,} of {count:,}"))
    finally:
        listener(Finished(task))
    return deleted


def _refuse(spec: Spec, asked: Pruning) -> None:
    if (spec.columns.results or spec.config.children.table) and not asked.results:
        raise UsageError(
            f"the rows of {spec.config.table} hold the results of their jobs: they would be deleted too",
            hint="If that is what you want, say so with --with-results.",
        )
