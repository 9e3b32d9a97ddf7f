import io
import json
from pathlib import Path

import pytest

from schemactl.cli.output import Format, emit, show_error, wanted_format, wants_colour, write
from schemactl.core.errors import Place, SourceError, UsageError
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Evidence, Finding, Severity
from schemactl.core.results import Report

REPORT = Report("lint", "Done.", findings=(Finding("r", Severity.WARNING, "m", Evidence.STATIC),))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_exit_code_follows_fail_on(capsys: pytest.CaptureFixture[str]):
    assert emit(REPORT, Format.CONSOLE, None, Severity.ERROR) is ExitCode.OK
    assert emit(REPORT, Format.CONSOLE, None, Severity.WARNING) is ExitCode.FINDINGS
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("output", Format)
def test_every_format_goes_to_a_file_without_colour(
    tmp_path: Path, output: Format, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = tmp_path / "report"
    emit(REPORT, output, file, Severity.ERROR)
    assert capsys.readouterr().out == ""
    text = file.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\x1b" not in text


def test_a_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path):
    with pytest.raises(UsageError, match="cannot write"):
        emit(REPORT, Format.JSON, tmp_path / "none" / "report.json", Severity.ERROR)


def test_a_stream_that_cannot_encode_gets_escapes():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    write(stream, "✓ ü \udc80 ──│\n")
    assert raw.getvalue() == b"+ \\xfc \\udc80 --|\n"


@pytest.mark.parametrize(
    ("environment", "stream", "wanted"),
    [
        ({}, Terminal, True),
        ({}, io.StringIO, False),
        ({"NO_COLOR": "1"}, Terminal, False),
        ({"TERM": "dumb"}, Terminal, False),
        ({"FORCE_COLOR": "1"}, io.StringIO, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, Terminal, False),
    ],
)
def test_colour_only_where_it_is_welcome(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], stream: type[io.StringIO], wanted: bool
):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(stream()) is wanted


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["lint", "--format", "json"], Format.JSON),
        (["lint", "-f", "sarif"], Format.SARIF),
        (["lint", "--format=junit"], Format.JUNIT),
        (["lint", "-fjson"], Format.JSON),
        (["lint", "json"], Format.CONSOLE),
        (["lint", "--format", "yaml"], Format.CONSOLE),
        (["lint", "--format"], Format.CONSOLE),
        ([], Format.CONSOLE),
    ],
)
def test_the_format_is_known_before_the_arguments_are_parsed(arguments: list[str], wanted: Format):
    assert wanted_format(arguments) is wanted


def test_an_error_says_what_where_and_what_to_do(capsys: pytest.CaptureFixture[str]):
    show_error(SourceError("no", place=Place("a.sql", 3, 4), hint="do"), Format.CONSOLE)
    assert capsys.readouterr() == ("", "error: a.sql:3:4: no\n  hint: do\n")


def test_an_error_commands_no_terminal(capsys: pytest.CaptureFixture[str]):
    show_error(UsageError("no such file: \x1b[2Ja.sql"), Format.CONSOLE)
    assert capsys.readouterr().err == "error: no such file: ␛[2Ja.sql\n"


def test_an_error_is_a_document_when_json_was_asked_for(capsys: pytest.CaptureFixture[str]):
    show_error(UsageError("no"), Format.JSON)
    said = capsys.readouterr()
    assert said.err == ""
    assert json.loads(said.out)["error"]["message"] == "no"
