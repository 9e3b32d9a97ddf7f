"""The four plans as first written: verify reports the defects that executing can show, at their statements."""

import json
from pathlib import Path

import pytest
from tests.support.program import run

ROOT = Path(__file__).parents[3]
PLANS = ROOT / "tests" / "cases" / "plans"


def places(number: int) -> set[tuple[str, int, str]]:
    """File, statement and SQLSTATE of each place where a defect stands."""
    defects = json.loads((PLANS / "defects.json").read_text())["defects"]
    locations = next(defect["locations"] for defect in defects if defect["number"] == number)
    return {(location["file"], location["statement"], location["sqlstate"]) for location in locations}


@pytest.mark.every_major
def test_the_statements_that_cannot_run_again_are_found_and_no_others(every_spec: str):
    result = run("verify", PLANS, "--postgres", every_spec, "--only", "again", "--format", "json")
    found = {
        (str(Path(f["file"]).relative_to(Path(f["file"]).parents[1])), f["statement"], f["message"])
        for f in result.json["findings"]
    }
    assert result.code == 1
    expected = places(1) | places(4)
    assert {(file, statement) for file, statement, _ in found} == {(file, statement) for file, statement, _ in expected}
    words = {"42710": "42710 duplicate object", "42P07": "42P07 duplicate table", "42723": "42723 duplicate function"}
    for file, statement, sqlstate in expected:
        message = next(text for f, s, text in found if (f, s) == (file, statement))
        assert words[sqlstate] in message
