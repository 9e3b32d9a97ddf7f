"""For a person at a terminal: sections, findings under their statements, and one line that says how it went."""

from shutil import get_terminal_size

from schemactl.core.findings import Severity
from schemactl.core.results import Report

_NARROWEST, _WIDEST = 60, 140


def render(report: Report, *, fail_on: Severity, colour: bool) -> str:
    """The report as text for a terminal as wide as the one we run in; escape sequences only with `colour`.

    Findings alone, without colour, need nothing of rich, which takes longer to import than most folders to lint.
    """
    width = min(max(get_terminal_size((100, 24)).columns, _NARROWEST), _WIDEST)
    if not (colour or report.sections or report.skipped):
        from schemactl.report import plain

        return plain.render(report, fail_on, width)
    from schemactl.report import painted

    return painted.render(report, fail_on, width, colour=colour)
