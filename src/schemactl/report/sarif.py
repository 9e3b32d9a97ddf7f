"""SARIF 2.1.0, for code scanning and editors. Section numbers below are those of the OASIS standard."""

from collections.abc import Iterable
from typing import Any

from schemactl import __version__
from schemactl.core.findings import Edit, Finding, Severity, Span, with_distinct_fingerprints
from schemactl.core.results import Report, Skipped
from schemactl.report.document import dump
from schemactl.report.places import uri

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, *, fail_on: Severity, colour: bool) -> str:
    """The report as a log with one run. What was not checked makes the run unsuccessful (3.20.14)."""
    del fail_on, colour
    findings = with_distinct_fingerprints(report.findings)
    rules = sorted({finding.rule for finding in findings})
    run = {
        "tool": {
            "driver": {
                "name": "schemactl",
                "semanticVersion": __version__,
                "rules": [_rule(rule, report.pages.get(rule, "")) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report.skipped)],
        "results": [_result(finding, rules.index(finding.rule)) for finding in findings],
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str, page: str) -> dict[str, Any]:
    """Code scanning insists on all three descriptions."""
    text = page.strip() or name
    summary = {"text": text.splitlines()[0]}
    return {
        "id": name,
        "shortDescription": summary,
        "fullDescription": summary,
        "help": {"text": text, "markdown": text},
    }


def _invocation(skipped: Iterable[Skipped]) -> dict[str, Any]:
    notices = [{"level": "error", "message": {"text": f"Not checked: {item.what}: {item.reason}"}} for item in skipped]
    invocation: dict[str, Any] = {"executionSuccessful": not notices}
    return invocation | ({"toolExecutionNotifications": notices} if notices else {})


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": "\n\n".join(part for part in (finding.message, finding.hint) if part)},
        "partialFingerprints": {"schemactl/v1": finding.fingerprint},
        "properties": {"evidence": finding.evidence.value},
    }
    location: dict[str, Any] = {}
    if finding.span:
        location["physicalLocation"] = {"artifactLocation": _artifact(finding.span), "region": _region(finding.span)}
    if finding.object:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.object}]
    if location:
        result["locations"] = [location]
    if finding.repro:
        result["properties"]["repro"] = finding.repro
    if finding.fix and finding.span:
        changes = {
            "artifactLocation": _artifact(finding.span),
            "replacements": [_replacement(edit) for edit in finding.fix.edits],
        }
        result["fixes"] = [{"description": {"text": finding.fix.title}, "artifactChanges": [changes]}]
    return result


def _artifact(span: Span) -> dict[str, Any]:
    return {"uri": uri(span.file)}


def _region(span: Span) -> dict[str, Any]:
    """Lines and columns count from 1 and the end column is exclusive (3.30.8), as ours are."""
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {
        "deletedRegion": {"charOffset": edit.start, "charLength": edit.end - edit.start},
        "insertedContent": {"text": edit.text},
    }
