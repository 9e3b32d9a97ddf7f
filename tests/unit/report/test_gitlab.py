import json

import jsonschema
from hypothesis import given
from tests.unit.report.examples import AGAIN, FINE, FULL, reports

from schemactl.core.results import Report
from schemactl.report import render

ENTRY = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string"},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "minLength": 1, "pattern": "^[^/]"},
                "lines": {"type": "object", "properties": {"begin": {"type": "integer", "minimum": 1}}},
            },
        },
    },
}
VALIDATOR = jsonschema.Draft202012Validator({"type": "array", "items": ENTRY})


def entries(report: Report):
    return json.loads(render(report, "gitlab"))


def test_each_finding_and_each_skip_is_an_entry():
    VALIDATOR.validate(entries(FULL))
    assert [(entry["check_name"], entry["severity"]) for entry in entries(FULL)] == [
        ("grants", "info"),
        ("prefer-text", "major"),
        ("again", "critical"),
        ("not-checked", "critical"),
    ]
    assert entries(FULL)[2]["location"] == {"path": "migrations/0046_status.sql", "lines": {"begin": 3}}


def test_nothing_wrong_is_an_empty_list():
    assert entries(FINE) == []


def test_fingerprints_are_distinct():
    first, second = entries(Report("lint", "", findings=(AGAIN, AGAIN)))
    assert first["fingerprint"] != second["fingerprint"]


@given(reports())
def test_any_text_gives_a_valid_document(report: Report):
    written = entries(report)
    assert len(written) == len(report.findings) + len(report.skipped)
    jsonschema.Draft202012Validator({"type": "array", "items": {"required": ENTRY["required"]}}).validate(written)
