"""GitLab's code quality report: a list that a merge request shows beside the changed lines."""

import hashlib
from typing import Any

from schemactl.core.findings import Finding, Severity, with_distinct_fingerprints
from schemactl.core.results import Report, Skipped
from schemactl.report.document import dump
from schemactl.report.places import relative

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}
_NOWHERE = "schemactl.toml"  # the format insists on a file; what belongs to none is shown on the configuration


def render(report: Report, *, fail_on: Severity, colour: bool) -> str:
    """The findings, and what was not checked, as a JSON list."""
    del fail_on, colour
    entries = [_finding(finding) for finding in with_distinct_fingerprints(report.findings)]
    return dump(entries + [_skipped(item) for item in report.skipped])


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    about = f"{finding.object}: " if finding.object and not span else ""
    location = {"path": relative(span.file) if span else _NOWHERE, "lines": {"begin": span.line if span else 1}}
    return {
        "description": about + finding.message,
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": location,
    }


def _skipped(item: Skipped) -> dict[str, Any]:
    digest = hashlib.sha256(item.what.encode(errors="backslashreplace"))
    return {
        "description": f"Not checked: {item.what}: {item.reason}",
        "check_name": "not-checked",
        "fingerprint": digest.hexdigest()[:16],
        "severity": "critical",
        "location": {"path": _NOWHERE, "lines": {"begin": 1}},
    }
