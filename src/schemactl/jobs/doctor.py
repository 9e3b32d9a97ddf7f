"""`schemactl jobs doctor`: what is wrong with the jobs of a live database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemactl.core.findings import Evidence, Finding, Severity, fingerprint, with_distinct_fingerprints
from schemactl.core.results import Cell, Mood, Report, Table
from schemactl.core.words import plural
from schemactl.jobs.spec import Spec
from schemactl.jobs.store import Store

CLUSTER, CLUSTER_SHARE = 5, 0.5
DEAD_ROWS, DEAD_SHARE = 1000, 0.5
RETRIED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Health:
    """What was read of one table: a row a label, failures of the last day by code, live and dead rows."""

    spec: Spec
    labels: Sequence[Mapping[str, Any]]
    codes: Sequence[Mapping[str, Any]]
    bloat: Mapping[str, Any]


def examine(store: Store) -> Health:
    """Read a table; changes nothing."""
    return Health(store.spec, store.health(), store.codes(), store.bloat())


def report(healths: Sequence[Health]) -> Report:
    """What is unhealthy, and how many jobs are in which state."""
    found = with_distinct_fingerprints(finding for health in healths for finding in _findings(health))
    jobs = sum(row["jobs"] for health in healths for row in health.labels)
    ended = plural(len(found), "complaint") if found else "healthy"
    return Report(
        command="jobs doctor",
        summary=f"{plural(len(healths), 'job table')}, {plural(jobs, 'job')}: {ended}",
        findings=found,
        sections=(_ages(healths),),
        details={"jobs": [{"name": one.spec.name, "labels": [_plain(row) for row in one.labels]} for one in healths]},
    )


def _findings(health: Health) -> Iterator[Finding]:
    spec = health.spec
    running = next((row for row in health.labels if row["label"] == spec.states.running), None)
    waiting = next((row for row in health.labels if row["label"] == spec.states.waiting), None)
    if running and running.get("expired"):
        message = f"{plural(running['expired'], 'job')} `{spec.states.running}` with an expired lease"
        yield _finding(spec, "job-stuck", Severity.ERROR, message, f"Run `schemactl jobs reset {spec.name}`.")
    unclaimed = spec.states.waiting != spec.states.running
    if waiting and unclaimed and waiting.get("waited", 0) > spec.config.unclaimed:
        hours = waiting["waited"] / 3600
        message = f"a job has been `{spec.states.waiting}` for {hours:.1f} h: nothing claims it"
        yield _finding(spec, "job-never-claimed", Severity.ERROR, message, "Is a worker running, and for this table?")
    total = sum(row["jobs"] for row in health.labels)
    retried = sum(row.get("retried") or 0 for row in health.labels)
    if retried > max(CLUSTER, total * RETRIED_SHARE):
        message = f"{retried:,} of {plural(total, 'job')} failed twice or more often"
        yield _finding(spec, "job-retries", Severity.WARNING, message, "Look at the codes and the worker's log.")
    yield from _clusters(health)
    live, dead = int(health.bloat.get("live") or 0), int(health.bloat.get("dead") or 0)
    if dead > DEAD_ROWS and dead > live * DEAD_SHARE:
        message = f"{dead:,} dead rows beside {live:,} live ones: every claim reads past them"
        yield _finding(
            spec,
            "job-bloat",
            Severity.WARNING,
            message,
            f"VACUUM {spec.config.table}; let autovacuum come more often, and look for transactions that stay open.",
        )


def _clusters(health: Health) -> Iterator[Finding]:
    failed = sum(row["jobs"] for row in health.codes)
    for row in health.codes:
        if row["jobs"] >= CLUSTER and row["jobs"] > failed * CLUSTER_SHARE:
            message = f"{row['jobs']:,} of {failed:,} failures of the last day are {row['code']}"
            yield _finding(
                health.spec, "job-error-cluster", Severity.WARNING, message, "One cause: mend it before you retry them."
            )


def _finding(spec: Spec, rule: str, severity: Severity, message: str, hint: str) -> Finding:
    table = f"table {spec.config.table}"
    found = Finding(rule, severity, f"{spec.name}: {message}", Evidence.EXECUTED, object=table, hint=hint)
    return Finding(
        rule,
        severity,
        found.message,
        Evidence.EXECUTED,
        object=table,
        hint=hint,
        fingerprint=fingerprint(found, spec.name),
    )


def _ages(healths: Sequence[Health]) -> Table:
    rows = [
        (
            Cell(health.spec.name),
            Cell(str(row["label"])),
            Cell(f"{row['jobs']:,}"),
            Cell(f"{row.get('minute', 0):,}"),
            Cell(f"{row.get('hour', 0) - row.get('minute', 0):,}"),
            Cell(f"{row.get('day', 0) - row.get('hour', 0):,}"),
            Cell(f"{row['jobs'] - row.get('day', 0):,}", Mood.DIM),
        )
        for health in healths
        for row in health.labels
    ]
    columns = ("job table", "status", "jobs", "under 1 min", "under 1 h", "under 1 day", "older")
    return Table("Jobs by age", columns, tuple(rows), frozenset(columns[2:]))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: float(value) if name == "waited" else value for name, value in row.items() if name != "last"}
