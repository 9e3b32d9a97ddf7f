"""Every format of a real report, as another program would read it."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from tests.support.program import run

ROOT = Path(__file__).parents[2]
SARIF = json.loads((ROOT / "tests/cases/report/sarif.json").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations with something to say about each, in a folder whose name needs escaping."""
    folder = tmp_path / "50% of, a:b"
    folder.mkdir()
    (folder / "0001_a.sql").write_text("CREATE TABLE a (v varchar(10));\n", encoding="utf-8")
    (folder / "0002_b.sql").write_text("ALTER TABLE a ADD COLUMN b text NOT NULL;\nDROP TABLE a;\n", encoding="utf-8")
    return folder


def lint(folder: Path, output: str) -> str:
    done = run("lint", folder, "--format", output)
    assert (done.code, done.err) == (1, "")
    return done.out


def test_sarif(folder: Path):
    document = json.loads(lint(folder, "sarif"))
    jsonschema.Draft202012Validator(SARIF).validate(document)
    (run_,) = document["runs"]
    levels = [result["level"] for result in run_["results"]]
    assert "error" in levels
    helps = {rule["id"]: rule["help"]["text"] for rule in run_["tool"]["driver"]["rules"]}
    assert helps["ban-drop-table"].startswith("A table is dropped.")
    assert "Why" in helps["ban-drop-table"]


def test_junit_counts_what_json_counts(folder: Path):
    findings = json.loads(lint(folder, "json"))["findings"]
    (suite,) = ET.fromstring(lint(folder, "junit"))
    assert suite.get("tests") == str(len(findings))
    assert suite.get("failures") == str(sum(finding["severity"] == "error" for finding in findings))


def test_github_annotates_the_escaped_file(folder: Path):
    *commands, summary = lint(folder, "github").splitlines()
    assert all(re.match(r"::(error|warning|notice) ", line) for line in commands)
    assert all("50%25 of%2C a%3Ab/000" in line for line in commands)
    assert summary.startswith("✗ ")


def test_gitlab_is_a_list_with_distinct_fingerprints(folder: Path):
    entries = json.loads(lint(folder, "gitlab"))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) > 0


@pytest.mark.parametrize("output", ["console", "json", "sarif", "junit", "github", "gitlab", "html"])
def test_a_file_gets_what_standard_output_would(folder: Path, tmp_path: Path, output: str):
    file = tmp_path / "report"
    done = run("lint", folder, "--format", output, "--output", file)
    assert (done.code, done.out, done.err) == (1, "", "")
    assert file.read_text(encoding="utf-8") == lint(folder, output)


def test_an_unknown_format_names_those_there_are(folder: Path):
    done = run("lint", folder, "--format", "yaml")
    assert done.code == 2
    assert "sarif" in done.err
