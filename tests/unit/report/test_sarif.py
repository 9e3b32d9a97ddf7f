import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from tests.unit.report.examples import AGAIN, FINE, FULL, LOOSE, PREFERENCE, reports

from schemactl.core.findings import Span
from schemactl.core.results import Report
from schemactl.report import render

SCHEMA = json.loads((Path(__file__).parents[2] / "cases/report/sarif.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def run_of(report: Report):
    (run,) = json.loads(render(report, "sarif"))["runs"]
    return run


@pytest.mark.parametrize("report", [FINE, FULL])
def test_a_report_holds_to_the_schema(report: Report):
    VALIDATOR.validate(json.loads(render(report, "sarif")))


def test_a_result_has_level_region_and_fingerprint():
    (result,) = run_of(replace(FULL, findings=(AGAIN,)))["results"]
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "migrations/0046_status.sql"},
        "region": {"startLine": 3, "startColumn": 1, "endLine": 5, "endColumn": 55},
    }
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "table public.meal_plans"}]
    assert result["properties"]["repro"] == AGAIN.repro
    assert result["partialFingerprints"]["schemactl/v1"]


def test_every_result_points_at_its_rule_and_rules_are_listed_once():
    run = run_of(Report("lint", "", findings=(PREFERENCE, AGAIN, AGAIN), pages={"again": "Runs twice.\n\nMore."}))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["again", "prefer-text"]
    assert rules[0]["shortDescription"]["text"] == "Runs twice."
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["prefer-text", "again", "again"]
    assert len({result["partialFingerprints"]["schemactl/v1"] for result in run["results"]}) == 3


def test_a_fix_replaces_characters():
    (result,) = run_of(Report("lint", "", findings=(PREFERENCE,)))["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {"deletedRegion": {"charOffset": 12, "charLength": 8}, "insertedContent": {"text": "text"}}
    ]


def test_what_was_not_checked_makes_the_run_unsuccessful():
    assert not run_of(FULL)["invocations"][0]["executionSuccessful"]
    assert run_of(FINE)["invocations"] == [{"executionSuccessful": True}]


def test_files_are_uri_references(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def uri(file: str) -> str:
        (result,) = run_of(Report("lint", "", findings=(replace(LOOSE, span=Span(file, 1, 1, 1, 1)),)))["results"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        return str(location["uri"])

    assert uri("a b/ü#1.sql") == "a%20b/%C3%BC%231.sql"
    assert uri(str(tmp_path / "x.sql")) == "x.sql"
    assert uri("/elsewhere/x.sql") == "file:///elsewhere/x.sql"


@given(reports())
def test_any_text_gives_a_valid_document(report: Report):
    VALIDATOR.validate(json.loads(render(report, "sarif")))
