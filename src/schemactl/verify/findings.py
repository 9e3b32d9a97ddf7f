"""Findings as verify words them: at a statement, executed, with what to write instead."""

from collections.abc import Sequence
from dataclasses import replace

from schemactl.catalog.difference import Change
from schemactl.core.findings import Evidence, Finding, Severity, fingerprint
from schemactl.db import sqlstates
from schemactl.sql.parse import Statement
from schemactl.verify.lane import Failed


def at(check: str, statement: Statement, message: str, *, hint: str | None = None, repro: str | None = None) -> Finding:
    """A finding of `check` at a statement. The check's severity is set where the configuration is known."""
    finding = Finding(
        rule=check,
        severity=Severity.ERROR,
        message=message,
        evidence=Evidence.EXECUTED,
        span=statement.span,
        statement=statement.index,
        hint=hint,
        repro=repro,
    )
    return replace(finding, fingerprint=fingerprint(finding, statement.text))


def failed(
    check: str, failed_statement: Failed, when: str, hint: str | None = None, repro: str | None = None
) -> Finding:
    """A statement that fails: when, and what the server says, its SQLSTATE in words."""
    failure = failed_statement.failure
    message = f"{when}: {sqlstates.describe(failure.sqlstate)}: {failure.sentence}"
    return at(check, failed_statement.statement, message, hint=hint or failure.hint, repro=repro)


def changed(
    check: str, statement: Statement, when: str, changes: Sequence[Change], repro: str | None = None
) -> Finding:
    """A statement after which the catalog is not what it was."""
    first, *rest = [f"{change.action} {change.object.kind} {'.'.join(change.object.path)}" for change in changes]
    more = f", and {len(rest)} more" if rest else ""
    return at(check, statement, f"{when}: {first}{more}", repro=repro)
