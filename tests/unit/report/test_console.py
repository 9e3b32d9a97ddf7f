import re
from dataclasses import replace

import pytest
from hypothesis import given
from tests.unit.report.examples import AGAIN, FINE, FULL, LOOSE, PREFERENCE, reports

from schemactl.core.findings import Severity, Span
from schemactl.core.results import Cell, Report, Table
from schemactl.report import render


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def console(report: Report, *, colour: bool = False, fail_on: Severity = Severity.ERROR) -> str:
    return render(report, "console", fail_on=fail_on, colour=colour)


def test_nothing_wrong_is_one_calm_line():
    assert console(FINE) == "✓ 12 migrations hold.\n"


def test_a_whole_report_reads_top_down():
    text = console(FULL)
    order = ["Migrations", "Plan", "migrations/0046_status.sql", "error[again]", "warning[prefer-text]"]
    order += ["Not tied to a file", "info[grants]", "Not checked", "✗ 1 of 12"]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)
    assert text.rstrip().endswith("✗ 1 of 12 migrations cannot run again.")


def test_a_finding_shows_place_statement_hint_fix_and_script():
    lines = [line.strip() for line in console(FULL).splitlines()]
    assert "error[again]  line 3:1  statement 2  executed  table public.meal_plans" in lines
    assert "3 │ ALTER TABLE meal_plans" in lines
    assert "│ ^^^^^^^^^^^^^^^^^^^^^^" in lines
    assert "hint: Drop it first:" in lines
    assert "psql: \\i migrations/0046_status.sql" in lines
    assert "fix: say text, by `schemactl fix`" in lines


def test_one_line_is_underlined_from_column_to_column():
    lines = console(replace(FULL, findings=(PREFERENCE,))).splitlines()
    at = next(number for number, line in enumerate(lines) if "│ ALTER TABLE meal_plans ADD COLUMN" in line)
    marked = lines[at][lines[at + 1].index("^") : lines[at + 1].rindex("^") + 1]
    assert marked == "generation_status"


def test_a_caret_stands_under_its_word_behind_wide_characters_and_tabs():
    source = "/* 表表 */\tDROP TABLE t;"
    finding = replace(PREFERENCE, span=Span("a.sql", 1, source.index("DROP") + 1, 1, len(source)))
    lines = console(Report("lint", "", findings=(finding,), sources={"a.sql": source})).splitlines()
    text, marks = lines[4:6]
    assert len(marks[: marks.index("^")]) == len(text[: text.index("DROP")]) + 2  # two wide characters


def test_a_long_line_is_cut_around_the_marked_part():
    source = "SELECT " + "x, " * 200 + "needle" + ", y" * 200
    start = source.index("needle") + 1
    finding = replace(PREFERENCE, span=Span("a.sql", 1, start, 1, start + 6))
    lines = console(Report("lint", "", findings=(finding,), sources={"a.sql": source})).splitlines()
    assert max(len(line) for line in lines) <= 80
    text, marks = lines[4:6]
    assert text[marks.index("^") : marks.rindex("^") + 1] == "needle"
    assert "│ …" in text
    assert text.endswith("…")


def test_a_long_statement_is_shortened_and_says_so():
    source = "SELECT\n" + "1,\n" * 20 + "1;"
    finding = replace(PREFERENCE, span=Span("a.sql", 1, 1, 22, 2))
    text = console(Report("lint", "", findings=(finding,), sources={"a.sql": source}))
    assert "… 17 more lines" in text


def test_the_worst_file_comes_first():
    mild = replace(PREFERENCE, span=Span("a.sql", 1, 1, 1, 2))
    text = console(Report("lint", "", findings=(mild, AGAIN)))
    assert text.index("0046_status.sql") < text.index("a.sql")


def test_the_mark_follows_fail_on():
    report = Report("lint", "done", findings=(PREFERENCE,))
    assert console(report).endswith("✓ done\n")
    assert console(report, fail_on=Severity.WARNING).endswith("✗ done\n")


def test_long_text_in_a_table_gives_way_to_names():
    checks = ("lost answers", "dead workers", "bad payloads")
    accidents = Cell("seven accidents, none of which lost a job, " * 3)
    row = (Cell("weekly_base_plans"), *(Cell("✓") for _ in checks), accidents)
    table = Table("Jobs", ("table", *checks, "accidents"), (row,))
    text = console(Report("jobs", "fine", sections=(table,)))
    assert "weekly_base_plans   ✓" in text
    assert max(map(len, text.splitlines())) <= 80


def test_on_a_narrow_terminal_the_first_column_gives_way_to_the_others():
    checks = ("applies", "populated", "again", "crash", "shape", "locks", "window", "down")
    row = (Cell("0046_meal_plan_generation_status"), *(Cell("✓") for _ in checks[:-1]), Cell("4 errors"))
    text = console(Report("verify", "fine", sections=(Table("", ("migration", *checks), (row,)),)))
    heading, _line, first, *_ = text.splitlines()
    assert heading.split() == ["migration", *checks]
    assert first.endswith("✓       4 errors")
    assert max(map(len, text.splitlines())) <= 80


def test_a_table_of_many_columns_loses_nothing():
    names = tuple(f"column_{number}" for number in range(12))
    table = Table("Wide", names, (tuple(Cell(f"value_{number}") for number in range(12)),))
    text = re.sub(r"\s", "", console(Report("rls", "fine", sections=(table,))))
    assert (text.count("v"), text.count("_")) == (12, 24)


def test_escape_sequences_only_when_colour_was_asked_for():
    assert "\x1b[" not in console(FULL)
    assert "\x1b[" in console(FULL, colour=True)


def test_text_in_a_finding_is_never_markup_nor_obeyed_by_the_terminal():
    report = replace(FINE, findings=(replace(LOOSE, message="[red]x[/red] :smile: \x1b[2J\x07 a\u202eb"),))
    text = console(report)
    assert "[red]x[/red] :smile:" in text
    assert "␛[2J␇ a\\u202eb" in text


@given(reports())
def test_any_text_renders_within_the_width_and_is_printable(report: Report):
    text = console(report)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    console(report, colour=True).encode()
