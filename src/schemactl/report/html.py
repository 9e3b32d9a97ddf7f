"""A page to keep as a build artifact: what the console shows, in one file that loads nothing else."""

from html import escape
from os import devnull

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from schemactl.core.findings import Severity
from schemactl.core.results import Report
from schemactl.report.painted import paint
from schemactl.report.words import one_line

_WIDTH = 120
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<title>{title}</title>
<style>
body {{{{ margin: 2rem; color: {{foreground}}; background-color: {{background}}; }}}}
pre {{{{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}}}
{{stylesheet}}
</style>
</head>
<body><pre><code>{{code}}</code></pre></body>
</html>
"""


def render(report: Report, *, fail_on: Severity, colour: bool) -> str:
    """The report as a page."""
    del colour
    with open(devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a console writes as it records
        console = Console(
            record=True, file=nowhere, width=_WIDTH, force_terminal=True, highlight=False, markup=False, emoji=False
        )
        paint(report, console, fail_on)
    title = escape(one_line(f"schemactl {report.command}: {report.summary}")).replace("{", "{{").replace("}", "}}")
    return console.export_html(theme=DEFAULT_TERMINAL_THEME, code_format=_PAGE.format(title=title))
