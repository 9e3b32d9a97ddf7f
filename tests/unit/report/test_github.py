import re
from dataclasses import replace

from hypothesis import given
from tests.unit.report.examples import AGAIN, FINE, FULL, LOOSE, PREFERENCE, reports

from schemactl.core.findings import Span
from schemactl.core.results import Report
from schemactl.report import render

COMMAND = re.compile("::(error|warning|notice) ((?:[a-zA-Z]+=[^:,\r\n]*,?)+)::(.*)")


def lines(report: Report) -> list[str]:
    return render(report, "github").removesuffix("\n").split("\n")


def unescape(text: str) -> str:
    return text.replace("%0A", "\n").replace("%0D", "\r").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")


def test_a_finding_is_an_annotation_on_its_line():
    (line, summary) = lines(Report("lint", "Done.", findings=(PREFERENCE,)))
    assert line == (
        "::warning title=prefer-text (static),file=migrations/0046_status.sql,line=2,endLine=2,col=49,endColumn=66"
        "::A length limit is a lock later."
    )
    assert summary == "✓ Done."


def test_several_lines_have_no_columns():
    assert "col=" not in lines(Report("lint", "", findings=(AGAIN,)))[0]


def test_the_worst_comes_first_and_what_was_not_checked_is_an_error():
    kinds = [line.split()[0] for line in lines(FULL)]
    assert kinds == ["::error", "::warning", "::notice", "::error", "✗"]


def test_nothing_to_say_is_one_line():
    assert lines(FINE) == ["✓ 12 migrations hold."]


def test_text_is_escaped():
    finding = replace(LOOSE, message="50% of a::b\nnext", span=Span("a,b:c.sql", 1, 1, 1, 2))
    match = COMMAND.fullmatch(lines(Report("lint", "", findings=(finding,)))[0])
    assert match
    assert "file=a%2Cb%3Ac.sql" in match[2]
    assert match[3] == "50%25 of a::b%0Anext"
    assert unescape(match[3]) == finding.message


@given(reports())
def test_any_text_gives_exactly_the_commands_we_meant(report: Report):
    *commands, summary = lines(report)
    assert len(commands) == len(report.findings) + len(report.skipped)
    assert all(COMMAND.fullmatch(line) for line in commands)
    assert summary.startswith(("✓ ", "✗ "))
