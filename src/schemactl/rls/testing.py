"""`schemactl rls test`: what the files say against what the database does."""

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from schemactl.core.clock import Clock, SystemClock
from schemactl.core.config import Config
from schemactl.core.events import Finished, Listener, Started, ignore
from schemactl.core.findings import Finding, with_distinct_fingerprints
from schemactl.core.results import Json, Report
from schemactl.core.words import plural
from schemactl.db.connect import connect
from schemactl.report.words import tally
from schemactl.rls import binding, blame, database, findings, grid, observing, reading
from schemactl.rls.binding import Catalog
from schemactl.rls.blame import Blame
from schemactl.rls.model import Policies
from schemactl.rls.observing import Observation
from schemactl.rls.production import require_playground

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_TASK = "rls"


def run(
    config: Config,
    *,
    dsn: str | None = None,
    audit: bool = False,
    listener: Listener = ignore,
    clock: Clock | None = None,
) -> Report:
    """Test on a throwaway server with the migrations applied, or on the database `dsn`, in a transaction undone.

    `audit` asks the audit rules about the same catalog as well.
    Raises ConfigError for the files, StatementError where a migration does not apply, ServerError.
    """
    policies = reading.load(config.policies_path)
    clock = clock or SystemClock()
    listener(Started(_TASK))
    try:
        if dsn is not None:
            with closing(connect(dsn)) as connection:
                require_playground(connection)
                return _tested(connection, policies, Blame(), clock, audit=audit)
        folder = database.folder_of(config)
        with database.throwaway(config, listener) as (_, fresh):
            database.migrate(fresh.dsn, folder)
            with closing(connect(fresh.superuser_dsn)) as connection:
                return _tested(connection, policies, blame.read(folder), clock, audit=audit)
    finally:
        listener(Finished(_TASK))


def _tested(connection: "Connection", policies: Policies, blamed: Blame, clock: Clock, *, audit: bool) -> Report:
    begun = clock.monotonic()
    catalog = observing.catalog_of(connection, policies)
    binding.require(policies, catalog)
    with database.undone(connection):
        observation = observing.observe(connection, policies, catalog)
        context = findings.Context(observation, catalog, blamed)
        found = findings.of(connection, context)
    if audit:
        found = _with_audit(found, catalog, blamed, live=not blamed.sources)
    seconds = clock.monotonic() - begun
    return Report(
        command="rls test",
        summary=_summary(observation, found, seconds),
        findings=found,
        sections=(grid.table("Observed access", observation),),
        details=_details(observation, seconds),
        sources={**blamed.sources, **policies.files},
        failed=not observation.cells,
    )


def _with_audit(found: tuple[Finding, ...], catalog: Catalog, blamed: Blame, *, live: bool) -> tuple[Finding, ...]:
    """What the rules find besides, where the test has not said the same of the same object."""
    from schemactl.rls import auditing

    told = {(one.rule, one.object) for one in found}
    facts = auditing.facts_of(catalog.snapshot, catalog.roles)
    rules = auditing.names() if live else auditing.of_the_schema(auditing.names())
    more = auditing.findings(facts, rules, blamed)
    return with_distinct_fingerprints([*found, *(one for one in more if (one.rule, one.object) not in told)])


def _summary(observation: Observation, found: tuple[Finding, ...], seconds: float) -> str:
    policies = observation.scene.policies
    what = (
        f"{plural(len(policies.tables), 'table')}, {plural(len(policies.actors), 'actor')}, "
        f"{plural(len(observation.cells), 'cell')} in {seconds:.1f} s"
    )
    failed = findings.failing(observation.cells)
    said = [part for part in (f"{failed} not as declared" if failed else "", tally(found)) if part]
    return f"{what}: {', '.join(said) or 'all as declared'}"


def _details(observation: Observation, seconds: float) -> Mapping[str, Json]:
    return {
        "seconds": round(seconds, 3),
        "login": observation.login,
        "cells": [
            {
                "table": ".".join(cell.probe.table),
                "relation": ".".join(cell.probe.relation),
                "actor": cell.probe.session.name,
                "class": cell.case.label,
                "operation": cell.case.operation.value,
                "form": cell.probe.form.value,
                "column": cell.case.column,
                "expected": "allow" if cell.case.expected else "deny",
                "verdict": cell.verdict.value,
                "sqlstate": cell.state,
            }
            for cell in observation.cells
        ],
    }
