"""For programs: one JSON document, described by docs/schemas/report.json."""

from typing import Any

from schemactl.core.errors import SchemactlError
from schemactl.core.findings import Finding, Severity, with_distinct_fingerprints
from schemactl.core.results import Report
from schemactl.report.document import dump

SCHEMA_VERSION = 1  # changes when a reader must change


def render(report: Report, *, fail_on: Severity, colour: bool) -> str:
    """The report as one document; the command's own part stands under the command's name."""
    del colour
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "command": report.command,
        "ok": report.ok(fail_on),
        "summary": report.summary,
        "findings": [_finding(finding) for finding in with_distinct_fingerprints(report.findings)],
        "skipped": [{"what": item.what, "reason": item.reason} for item in report.skipped],
    }
    if report.details:
        document[report.command.replace(" ", "_")] = report.details
    return dump(document)


def render_error(error: SchemactlError) -> str:
    """The document of a command that could not finish."""
    place = error.place
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "ok": False,
            "summary": str(error),
            "findings": [],
            "skipped": [],
            "error": {
                "message": error.message,
                "file": place.file if place else None,
                "line": place.line if place else None,
                "column": place.column if place else None,
                "hint": error.hint,
                "exit_code": int(error.exit_code),
            },
        }
    )


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    fix = finding.fix
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "statement": finding.statement,
        "object": finding.object,
        "evidence": finding.evidence.value,
        "hint": finding.hint,
        "fix": fix
        and {
            "title": fix.title,
            "edits": [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits],
        },
        "repro": finding.repro,
        "fingerprint": finding.fingerprint,
    }
