"""Findings as verify words them: at a statement, executed, with what to write instead."""

from collections.abc import Sequence
from dataclasses import replace

from schemactl.catalog.describe import sentence
from schemactl.catalog.difference import Change
from schemactl.core.errors import Place, SourceError
from schemactl.core.findings import Edit, Evidence, Finding, Fix, Severity, Span, fingerprint
from schemactl.db import sqlstates
from schemactl.sql import objects
from schemactl.sql.parse import Statement
from schemactl.verify.lane import Failed
from schemactl.verify.repro import Script


def at(
    check: str,
    statement: Statement,
    message: str,
    *,
    severity: Severity = Severity.ERROR,
    hint: str | None = None,
    fix: Fix | None = None,
) -> Finding:
    """A finding of `check` at a statement; the configuration may set another severity."""
    finding = Finding(
        rule=check,
        severity=severity,
        message=message,
        evidence=Evidence.EXECUTED,
        span=statement.span,
        statement=statement.index,
        hint=hint,
        fix=fix,
        object=next((change.object for change in objects.changes(statement)), None),
    )
    return replace(finding, fingerprint=fingerprint(finding, statement.text))


def failed(
    check: str,
    failed_statement: Failed,
    when: str,
    *,
    severity: Severity = Severity.ERROR,
    guard: str | None = None,
) -> Finding:
    """A statement that fails: when, and the server's words; `guard` is the SQL to write instead."""
    failure, statement = failed_statement.failure, failed_statement.statement
    message = f"{when}: {sqlstates.describe(failure.sqlstate)}: {failure.sentence}"
    hint = _write(guard) if guard else failure.hint
    return at(check, statement, message, severity=severity, hint=hint, fix=_fix(statement, guard))


def unreadable(check: str, error: SourceError) -> Finding:
    """A file that is no SQL."""
    place = error.place or Place("")
    span = Span(place.file, place.line or 1, place.column or 1, place.line or 1, place.column or 1)
    finding = Finding(check, Severity.ERROR, f"cannot be read: {error.message}", Evidence.STATIC, span, hint=error.hint)
    return replace(finding, fingerprint=fingerprint(finding, error.message))


def changed(
    check: str,
    statement: Statement,
    when: str,
    changes: Sequence[Change],
    *,
    severity: Severity = Severity.ERROR,
    guard: str | None = None,
) -> Finding:
    """A statement after which the catalog is not what it was; `guard` is the SQL to write instead."""
    first, *rest = map(sentence, changes)
    more = f", and {len(rest)} more" if rest else ""
    hint = _write(guard) if guard else None
    return at(check, statement, f"{when}: {first}{more}", severity=severity, hint=hint, fix=_fix(statement, guard))


def told(finding: Finding, script: Script) -> Finding:
    """The finding with the script that reproduces it."""
    return replace(finding, repro=script.text())


def _fix(statement: Statement, guard: str | None) -> Fix | None:
    return Fix("write the guarded form", (Edit(statement.start, statement.end, guard),)) if guard else None


def _write(guard: str) -> str:
    return "\n".join(("Write instead:", *(f"  {line}" for line in guard.splitlines())))
