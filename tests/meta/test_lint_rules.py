"""A rule is complete: in the index, with a page that says all, with cases on both sides."""

import re
from pathlib import Path

import pytest
from tests.unit.lint.cases import FOLDER, data, page

import schemactl.lint.rules
from schemactl.lint.index import FAMILIES, INDEX, Entry

SECTIONS = ("Why: ", "Bad:", "Good:", "Lock taken: ", "Since: ")
RULES = Path(schemactl.lint.rules.__file__).parent


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry.name)
def test_a_rule_is_complete(entry: Entry):
    assert entry.family in FAMILIES
    text = page(entry)
    missing = [section for section in SECTIONS if not re.search(rf"^{section}", text, re.MULTILINE)]
    assert missing == []
    first, blank = text.splitlines()[:2]
    assert first.endswith(".")
    assert len(first) <= 120
    assert blank == ""
    given = data(entry)
    assert given["bad"]
    assert given["good"]
    assert all({"sql", "statement", "line"} <= item.keys() for item in given["bad"])


def test_no_rule_is_missing_from_the_index():
    modules = {
        path.relative_to(RULES).with_suffix("").as_posix()
        for path in RULES.rglob("*.py")
        if not path.name.startswith("_")
    }
    assert modules == {f"{entry.family}/{entry.name.replace('-', '_')}" for entry in INDEX}


def test_no_case_is_left_without_its_rule():
    files = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.yaml")}
    assert files == {f"{entry.family}/{entry.name}" for entry in INDEX}


def test_names_are_unique():
    assert len({entry.name for entry in INDEX}) == len(INDEX)
