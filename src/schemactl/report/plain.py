"""Findings without colour, laid out line for line as `painted` does it."""

from collections.abc import Iterator

from schemactl.core.findings import Finding, Severity
from schemactl.core.results import Report
from schemactl.core.words import plural
from schemactl.report.cells import wrapped
from schemactl.report.excerpt import excerpt
from schemactl.report.order import by_file
from schemactl.report.words import head, one_line, printable, tally

_INDENT = "  "


def render(report: Report, fail_on: Severity, width: int) -> str:
    """The findings and the summary of a report that has nothing else to show."""
    return "".join(f"{line.rstrip()}\n" for line in _lines(report, fail_on, width))


def _lines(report: Report, fail_on: Severity, width: int) -> Iterator[str]:
    for file, findings in by_file(report.findings):
        yield from wrapped(f"{one_line(file) if file else 'Not tied to a file'}  {tally(findings)}", width)
        yield ""
        for finding in findings:
            yield from (f"{_INDENT}{line}" for line in _finding(finding, report, width - len(_INDENT)))
            yield ""
    yield from wrapped(f"{'✓' if report.ok(fail_on) else '✗'} {one_line(report.summary)}", width)


def _finding(finding: Finding, report: Report, width: int) -> Iterator[str]:
    yield from wrapped(_heading(finding), width)
    yield from wrapped(printable(finding.message), width)
    if finding.span and finding.span.file in report.sources:
        yield from _excerpt(finding, report.sources[finding.span.file], width)
    notes = dict(_notes(finding))
    labels = max(map(len, notes), default=0)
    for label, text in notes.items():
        for number, line in enumerate(wrapped(text, width - labels - 1)):
            yield f"{label if number == 0 else '':<{labels}} {line}"


def _heading(finding: Finding) -> str:
    place = f"  line {finding.span.line}:{finding.span.column}" if finding.span else ""
    statement = f"  statement {finding.statement}" if finding.statement is not None else ""
    about = f"  {one_line(finding.object)}" if finding.object else ""
    rule = one_line(finding.rule)
    return f"{finding.severity.value}[{rule}]{place}{statement}  {finding.evidence.value}{about}"


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.hint:
        yield "hint:", head(printable(finding.hint.strip()))
    if finding.fix:
        yield "fix:", f"{printable(finding.fix.title)}, by `schemactl fix`"
    if finding.repro:
        yield "psql:", head(printable(finding.repro.strip()))


def _excerpt(finding: Finding, source: str, width: int) -> Iterator[str]:
    assert finding.span is not None  # noqa: S101 - the caller has looked
    gutter = len(str(finding.span.end_line)) + 1
    lines, left_out = excerpt(source, finding.span, width - gutter - 3)
    for line in lines:
        yield f"{line.number:>{gutter}} │ {line.text}"
        if line.mark:
            before, wide = line.mark
            yield f"{'':>{gutter}} │ {' ' * before}{'^' * wide}"
    if left_out:
        yield f"{'':>{gutter}} │ … {plural(left_out, 'more line')}"
