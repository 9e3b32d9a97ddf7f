"""The console's report with tables and colour, which rich draws."""

from io import StringIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from schemactl.core.findings import Finding, Severity
from schemactl.core.results import Cell, Mood, Report, Section, Skipped, Table
from schemactl.core.words import plural
from schemactl.report.cells import cell_len
from schemactl.report.excerpt import excerpt
from schemactl.report.order import by_file
from schemactl.report.words import head, one_line, printable, tally

_SHORT = 30  # cells: a column of names and figures
_GAP, _TIGHT = 3, 2  # cells between columns, and where there is no room for that
_REST = 12  # cells that long text gets at least
_MOODS = {Mood.PLAIN: "", Mood.GOOD: "green", Mood.BAD: "red", Mood.WARN: "yellow", Mood.DIM: "dim"}
_SEVERITIES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def render(report: Report, fail_on: Severity, width: int, *, colour: bool) -> str:
    """The report as text of that width; escape sequences only with `colour`."""
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    paint(report, console, fail_on)
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines()) if not colour else buffer.getvalue()


def paint(report: Report, console: Console, fail_on: Severity) -> None:
    """Print the report on `console`."""
    for section in report.sections:
        console.print(_section(section, console.width, colour=console.color_system is not None))
        console.print()
    for file, findings in by_file(report.findings):
        console.print(_file_heading(file, findings))
        console.print()
        for finding in findings:
            console.print(_finding(finding, report, console.width))
            console.print()
    if report.skipped:
        console.print(_skipped(report.skipped))
        console.print()
    console.print(_summary(report, fail_on))


def _section(section: Section, width: int, *, colour: bool) -> RenderableType:
    if isinstance(section, Table):
        return _table(section, width)
    body: RenderableType = RichText(printable(section.body), overflow="fold")
    if section.code and colour:
        from rich.syntax import Syntax  # Pygments is slow to import

        body = Syntax(
            printable(section.body), section.code, theme="ansi_dark", background_color="default", word_wrap=True
        )
    return _titled(section.title, body)


def _widest(table: Table) -> list[int]:
    """How wide each column would be if nothing was broken."""
    columns = [[column, *(row[number].text for row in table.rows)] for number, column in enumerate(table.columns)]
    return [max(cell_len(line) for text in texts for line in printable(text).split("\n")) for texts in columns]


def _fitting(widest: list[int], width: int) -> tuple[int, frozenset[int]]:
    """The gap between columns, and those whose cells stay on one line: long text gives way, then the first column."""
    short = [number for number, cells in enumerate(widest) if cells <= _SHORT]
    for gap, whole in ((_GAP, short), (_TIGHT, short), (_TIGHT, [number for number in short if number])):
        rest = 0 if len(whole) == len(widest) else _REST
        if sum(widest[number] for number in whole) + gap * (len(widest) - 1) <= width - rest:
            return gap, frozenset(whole)
    return _TIGHT, frozenset()


def _table(table: Table, width: int) -> RenderableType:
    gap, whole = _fitting(_widest(table), width)
    padding = (0, 1) if gap == _GAP else (0, 1, 0, 0)
    grid = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim", padding=padding)
    for number, column in enumerate(table.columns):
        grid.add_column(
            RichText(one_line(column)),
            justify="right" if column in table.numeric else "left",
            overflow="fold",
            no_wrap=number in whole,
        )
    for row in table.rows:
        grid.add_row(*(_cell(cell) for cell in row))
    return _titled(table.title, grid)


def _titled(title: str, body: RenderableType) -> RenderableType:
    return Group(RichText(one_line(title), "bold"), body) if title else body


def _cell(cell: Cell) -> RichText:
    return RichText(printable(cell.text), _MOODS[cell.mood])


def _file_heading(file: str | None, findings: tuple[Finding, ...]) -> RichText:
    name = one_line(file) if file else "Not tied to a file"
    return RichText.assemble((name, "bold"), (f"  {tally(findings)}", "dim"), overflow="fold")


def _finding(finding: Finding, report: Report, width: int) -> RenderableType:
    style = _SEVERITIES[finding.severity]
    parts: list[RenderableType] = [_finding_heading(finding, style), RichText(printable(finding.message))]
    if finding.span and finding.span.file in report.sources:
        parts += _excerpt(finding, report.sources[finding.span.file], width - 2, style)
    notes = RichTable.grid(padding=(0, 1, 0, 0))
    notes.add_column(style="bold", no_wrap=True)
    notes.add_column(overflow="fold")
    if finding.hint:
        notes.add_row("hint:", RichText(head(printable(finding.hint.strip()))))
    if finding.fix:
        notes.add_row("fix:", RichText(f"{printable(finding.fix.title)}, by `schemactl fix`"))
    if finding.repro:
        notes.add_row("psql:", RichText(head(printable(finding.repro.strip())), "dim"))
    if notes.row_count:
        parts.append(notes)
    return Padding(Group(*parts), (0, 0, 0, 2), expand=False)


def _finding_heading(finding: Finding, style: str) -> RichText:
    place = f"  line {finding.span.line}:{finding.span.column}" if finding.span else ""
    statement = [f"statement {finding.statement}"] if finding.statement is not None else []
    about = [*statement, finding.evidence.value, *([one_line(finding.object)] if finding.object else [])]
    return RichText.assemble(
        (finding.severity.value, f"bold {style}"),
        (f"[{one_line(finding.rule)}]", style),
        place,
        ("".join(f"  {part}" for part in about), "dim"),
        overflow="fold",
    )


def _excerpt(finding: Finding, source: str, width: int, style: str) -> list[RenderableType]:
    assert finding.span is not None  # noqa: S101 - the caller has looked
    gutter = len(str(finding.span.end_line)) + 1
    lines, left_out = excerpt(source, finding.span, width - gutter - 3)
    shown: list[RenderableType] = []
    for line in lines:
        shown.append(RichText.assemble((f"{line.number:>{gutter}} │ ", "dim"), line.text, no_wrap=True))
        if line.mark:
            before, wide = line.mark
            shown.append(
                RichText.assemble((f"{'':>{gutter}} │ ", "dim"), (" " * before + "^" * wide, style), no_wrap=True)
            )
    if left_out:
        shown.append(RichText(f"{'':>{gutter}} │ … {plural(left_out, 'more line')}", "dim"))
    return shown


def _skipped(skipped: tuple[Skipped, ...]) -> RenderableType:
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="yellow", overflow="fold")
    grid.add_column(overflow="fold")
    for item in skipped:
        grid.add_row(RichText(printable(item.what)), RichText(printable(item.reason)))
    return Group(RichText("Not checked, so not passed", "bold"), Padding(grid, (0, 0, 0, 2), expand=False))


def _summary(report: Report, fail_on: Severity) -> RichText:
    fine = report.ok(fail_on)
    mark = RichText("✓ " if fine else "✗ ", "bold green" if fine else "bold red", overflow="fold")
    return mark.append(one_line(report.summary), "bold" if fine else "bold red")
