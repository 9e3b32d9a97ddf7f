import json
from pathlib import Path
from types import MappingProxyType

import jsonschema
import orjson
import pytest
from hypothesis import given
from tests.unit.report.examples import AGAIN, FINE, FULL, PREFERENCE, reports

from schemactl.core.errors import InterruptedRun, Place, SchemactlError, SourceError
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Evidence, Severity
from schemactl.core.results import Report
from schemactl.report import render
from schemactl.report.json import render_error

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/report.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def document(report: Report, fail_on: Severity = Severity.ERROR):
    return json.loads(render(report, "json", fail_on=fail_on))


def test_the_published_schema_is_a_schema_and_speaks_of_our_values():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    finding = SCHEMA["$defs"]["finding"]["properties"]
    assert finding["severity"]["enum"] == list(Severity)
    assert finding["evidence"]["enum"] == list(Evidence)
    codes = {int(code) for code in ExitCode} - {ExitCode.OK, ExitCode.FINDINGS}
    assert set(SCHEMA["$defs"]["error"]["properties"]["exit_code"]["enum"]) == codes


@pytest.mark.parametrize("report", [FINE, FULL])
def test_a_report_holds_to_the_schema(report: Report):
    VALIDATOR.validate(document(report))


def test_the_commands_own_part_stands_under_its_name():
    assert document(FULL)["verify"] == {"checks": {"again": "failed"}}
    assert document(Report("jobs run", "", details=MappingProxyType({"jobs": (1, 2)})))["jobs_run"] == {"jobs": [1, 2]}
    assert set(document(Report("lint", ""))) == set(SCHEMA["properties"]) - {"error"}


def test_a_finding_is_written_whole():
    (again,) = document(Report("verify", "", findings=(AGAIN,)))["findings"]
    assert (again["file"], again["line"], again["column"]) == ("migrations/0046_status.sql", 3, 1)
    assert (again["end_line"], again["end_column"], again["statement"]) == (5, 55, 2)
    assert (again["rule"], again["severity"], again["evidence"]) == ("again", "error", "executed")
    assert again["fix"] is None
    (preference,) = document(Report("lint", "", findings=(PREFERENCE,)))["findings"]
    assert preference["fix"] == {"title": "say text", "edits": [{"start": 12, "end": 20, "text": "text"}]}


def test_fingerprints_are_there_and_distinct():
    first, second = document(Report("lint", "", findings=(AGAIN, AGAIN)))["findings"]
    assert first["fingerprint"] != second["fingerprint"]


def test_ok_follows_fail_on():
    report = Report("lint", "", findings=(PREFERENCE,))
    assert document(report)["ok"]
    assert not document(report, Severity.WARNING)["ok"]


@pytest.mark.parametrize(
    "error", [SourceError("no", place=Place("a\udc80.sql", 3, 4), hint="do"), InterruptedRun("interrupted")]
)
def test_an_error_holds_to_the_schema(error: SchemactlError):
    written = json.loads(render_error(error))
    VALIDATOR.validate(written)
    assert (written["ok"], written["error"]["exit_code"]) == (False, error.exit_code)


def test_the_schema_refuses_what_it_should():
    broken = document(FULL) | {"schema_version": 2}
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(broken)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({key: value for key, value in document(FULL).items() if key != "findings"})


@given(reports())
def test_any_text_gives_a_valid_document(report: Report):
    text = render(report, "json")
    assert text.isascii()
    written = json.loads(text)
    VALIDATOR.validate(written)
    for finding, expected in zip(written["findings"], report.findings, strict=True):
        assert finding["message"] == expected.message.encode(errors="backslashreplace").decode()
    orjson.loads(text)  # a strict reader
