"""Workflow commands that GitHub Actions shows as annotations on the lines of a pull request."""

from schemactl.core.findings import Finding, Severity
from schemactl.core.results import Report
from schemactl.report.order import by_file
from schemactl.report.places import relative
from schemactl.report.words import one_line, printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, *, fail_on: Severity, colour: bool) -> str:
    """One command a finding, the worst first (GitHub shows ten of a kind a step), then the summary as plain text."""
    del colour
    lines = [_finding(finding) for _, findings in by_file(report.findings) for finding in findings]
    lines += [_command("error", {"title": "Not checked"}, f"{item.what}: {item.reason}") for item in report.skipped]
    lines.append(("✓ " if report.ok(fail_on) else "✗ ") + one_line(report.summary))
    return "\n".join(lines) + "\n"


def _finding(finding: Finding) -> str:
    span = finding.span
    properties = {"title": f"{finding.rule} ({finding.evidence.value})"}
    if span:
        properties |= {"file": relative(span.file), "line": str(span.line), "endLine": str(span.end_line)}
        if span.line == span.end_line:  # columns are only heeded within one line
            properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    about = [] if span or not finding.object else [finding.object]
    text = "\n".join([*about, *(part for part in (finding.message, finding.hint) if part)])
    return _command(_COMMANDS[finding.severity], properties, text)


def _command(name: str, properties: dict[str, str], text: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(text)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
