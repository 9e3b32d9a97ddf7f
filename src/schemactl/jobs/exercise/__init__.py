"""`schemactl jobs exercise`: drive every job table of a project on a throwaway server, and see what breaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from schemactl import servers
from schemactl.catalog.snapshot import take
from schemactl.core.clock import Clock, SystemClock
from schemactl.core.config import Config
from schemactl.core.errors import UsageError
from schemactl.core.events import Advanced, Finished, Listener, Started, ignore, warnings
from schemactl.core.results import Report
from schemactl.core.words import did_you_mean
from schemactl.db.connect import connect
from schemactl.jobs.exercise import tree
from schemactl.jobs.exercise.breach import Breach, Figure, NotTried
from schemactl.jobs.exercise.report import Exercised, Outcome, report
from schemactl.jobs.exercise.stage import Effort, Stage, staged
from schemactl.jobs.spec import Spec, check, named
from schemactl.migrations.files import load

if TYPE_CHECKING:
    from schemactl.servers import Database, Server

FIRST = "writes"
UNTOUCHED = "constraints"
"""Works on a table that no update gets through to."""
CHECKS = (
    FIRST,
    UNTOUCHED,
    "lifecycle",
    "limits",
    "workers",
    "letters",
    "visibility",
    "concurrency",
    "interleavings",
    "kills",
)
SLOW = frozenset({"interleavings", "kills"})


@dataclass(frozen=True, slots=True)
class Options:
    """What to run: a specification by name, some checks or all but some."""

    name: str | None = None
    only: Sequence[str] = ()
    skip: Sequence[str] = ()
    effort: Effort = field(default_factory=Effort)


def exercise(
    config: Config, options: Options | None = None, *, listener: Listener = ignore, clock: Clock | None = None
) -> Report:
    """Exercise the configured job tables. Raises ConfigError, UsageError, ServerError, StatementError."""
    options, clock = options or Options(), clock or SystemClock()
    specs = named(config, options.name)
    checks = _checks(options)
    folder = load(config.migrations_path)
    parsed = tree.scripts(folder)
    begun = clock.monotonic()
    with servers.for_project(config, listener=warnings(listener)) as server:
        source = server.create_database("jobs")
        tree.apply(folder, parsed, source)
        with connect(source.dsn) as connection:
            snapshot = take(connection)
        for spec in specs:
            check(spec, snapshot, config.source)
        outcomes = {
            spec.name: _exercised(server, source, spec, _Run(checks, config.source, listener, options.effort))
            for spec in specs
        }
        return report(
            Exercised(
                outcomes=outcomes,
                findings=tuple(
                    tree.finding(name, breach, parsed)
                    for name, outcome in outcomes.items()
                    for breach in outcome.breaches
                ),
                checks=checks,
                sources={script.file: script.text for script in parsed},
                server=f"PostgreSQL {server.major} ({server.provider})",
                seconds=clock.monotonic() - begun,
            )
        )


def _checks(options: Options) -> tuple[str, ...]:
    for name in (*options.only, *options.skip):
        if name not in CHECKS:
            raise UsageError(f"unknown check `{name}`", hint=did_you_mean(name, CHECKS))
    wanted = [name for name in CHECKS if (not options.only or name in options.only) and name not in options.skip]
    return tuple(dict.fromkeys((FIRST, *wanted)))


@dataclass(frozen=True, slots=True)
class _Run:
    checks: tuple[str, ...]
    source: str | None
    listener: Listener
    effort: Effort


def _exercised(server: "Server", migrated: "Database", spec: Spec, run: _Run) -> Outcome:
    outcome = Outcome()
    run.listener(Started(spec.name, len(run.checks)))
    with staged(server, migrated, spec, run.source, run.effort) as stage:
        for done, name in enumerate(run.checks):
            run.listener(Advanced(spec.name, done, name))
            reason = _not_worth(name, outcome)
            outcome.add(name, [NotTried(f"{spec.name}: {name}", reason)] if reason else list(run_check(name, stage)))
    run.listener(Finished(spec.name))
    return outcome


def _not_worth(name: str, outcome: Outcome) -> str | None:
    """Why a check cannot say anything; None when it can."""
    if outcome.by_check.get(FIRST) and name != UNTOUCHED:
        return "no job can be carried, see the first finding"
    if name in SLOW and outcome.breaches:
        return "tried on tables that pass the other checks"
    return None


def run_check(name: str, stage: Stage) -> Iterator[Breach | NotTried | Figure]:
    """Run one check."""
    found: Iterator[Breach | NotTried | Figure] = import_module(f"schemactl.jobs.exercise.checks.{name}").run(stage)
    yield from found
