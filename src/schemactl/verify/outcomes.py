"""Outcomes as bytes, to be kept, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from schemactl.core.findings import Edit, Evidence, Finding, Fix, Severity, Span
from schemactl.migrations.model import Migration
from schemactl.sql.lock_modes import LockMode, Work
from schemactl.sql.parse import Statement
from schemactl.verify.chain import step
from schemactl.verify.checks.locks import Cost
from schemactl.verify.observation import Observed
from schemactl.verify.population import Table
from schemactl.verify.walk import NotChecked, Opening, Outcome

_FORMAT = 2


def write(server_version: int, outcomes: Mapping[str, Outcome]) -> bytes:
    """Everything of the outcomes but what belongs to a run: databases, and what is true of the end of the chain."""
    document = {
        "format": _FORMAT,
        "server_version": server_version,
        "outcomes": {name: _document(outcome) for name, outcome in outcomes.items()},
    }
    return orjson.dumps(document)


def read(content: bytes, migrations: Sequence[Migration]) -> "tuple[int, Mapping[str, Outcome]] | None":
    """The server's version and the outcomes; None where the content is not what `write` gave for these migrations."""
    try:
        document = orjson.loads(content)
        if document["format"] != _FORMAT:
            return None
        files = {migration.file: migration for migration in migrations}
        outcomes = {name: _outcome(said, files) for name, said in document["outcomes"].items()}
        return int(document["server_version"]), outcomes
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError, StopIteration):
        return None


def _document(outcome: Outcome) -> Mapping[str, Any]:
    return {
        "findings": outcome.findings,
        "not_checked": outcome.not_checked,
        "left_out": sorted(outcome.left_out),
        "opened": outcome.opened,
        "costs": [_cost_document(cost) for cost in outcome.costs],
    }


def _outcome(said: Mapping[str, Any], files: Mapping[str, Migration]) -> Outcome:
    return Outcome(
        findings=tuple(_finding(**one) for one in said["findings"]),
        not_checked=tuple(NotChecked(**one) for one in said["not_checked"]),
        left_out=frozenset(said["left_out"]),
        opened=tuple(Opening(**one) for one in said["opened"]),
        costs=tuple(_cost(one, files) for one in said["costs"]),
    )


def _finding(
    severity: str, evidence: str, span: Mapping[str, Any] | None, fix: Mapping[str, Any] | None, **rest: Any
) -> Finding:
    return Finding(
        severity=Severity(severity),
        evidence=Evidence(evidence),
        span=Span(**span) if span else None,
        fix=Fix(fix["title"], tuple(Edit(**edit) for edit in fix["edits"])) if fix else None,
        **rest,
    )


def _cost_document(cost: Cost) -> Mapping[str, Any]:
    seen = cost.seen
    return {
        "file": cost.file,
        "statement": seen.statement.index,
        "since": seen.since.index,
        "table": seen.table,
        "mode": seen.mode.value,
        "blocked": seen.blocked,
        "work": cost.work.value if cost.work else None,
        "measured": cost.measured,
        "rows_read": seen.rows_read,
        "rewritten": seen.rewritten,
        "indexed": seen.indexed,
        "concurrent": seen.concurrent,
    }


def _cost(said: Mapping[str, Any], files: Mapping[str, Migration]) -> Cost:
    statements = {one.index: one for one in _statements(files[said["file"]])}
    seen = Observed(
        statements[said["statement"]],
        Table(**said["table"]),
        LockMode(said["mode"]),
        statements[said["since"]],
        tuple(said["blocked"]),
        said["rows_read"],
        said["rewritten"],
        said["indexed"],
        said["concurrent"],
    )
    return Cost(seen, Work(said["work"]) if said["work"] else None, said["measured"])


def _statements(migration: Migration) -> tuple[Statement, ...]:
    return step(migration).statements
