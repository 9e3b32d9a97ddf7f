"""Renderers: a `Report` in, text out, one module a format."""

from importlib import import_module
from typing import Protocol, cast

from schemactl.core.findings import Severity
from schemactl.core.results import Report


class Renderer(Protocol):
    """What each format's module offers."""

    def render(self, report: Report, *, fail_on: Severity, colour: bool) -> str:
        """The report as text."""
        ...


def render(report: Report, output: str, *, fail_on: Severity = Severity.ERROR, colour: bool = False) -> str:
    """Render `report` in the format `output`, the name of a module in this room."""
    renderer = cast("Renderer", import_module(f"schemactl.report.{output}"))
    return renderer.render(report, fail_on=fail_on, colour=colour)
