"""A rule is complete: in the index, with a page that says all, with cases on both sides."""

import re
from pathlib import Path

import pytest
from tests.unit.lint.cases import FOLDER, data, examples, page

import schemactl.lint.rules
from schemactl.lint.index import FAMILIES, INDEX, Entry
from schemactl.sql.lock_modes import LockMode
from schemactl.sql.locks import locks
from schemactl.sql.parse import parse

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


MODES = "|".join(sorted((mode.words for mode in LockMode), key=len, reverse=True))
ON_TABLE = re.compile(rf"^Lock taken: ({MODES}) on (?:the|both) tables?\b", re.MULTILINE)
CLAIMS = [(entry, found[1]) for entry in INDEX if (found := ON_TABLE.search(page(entry)))]


@pytest.mark.parametrize(("entry", "claimed"), CLAIMS, ids=[entry.name for entry, _ in CLAIMS])
@pytest.mark.parametrize("version", [14, 18])
def test_a_page_claims_the_lock_that_is_known(entry: Entry, claimed: str, version: int):
    """`sql.locks` is held against servers by its own tests; pages are held against it."""
    statements = parse(examples(entry)["Bad"]).statements
    taken = [lock.mode for statement in statements for lock in locks(statement, version) if not lock.of_index]
    assert LockMode.from_words(claimed) == max(taken)


def test_most_pages_about_tables_claim_a_lock():
    assert len(CLAIMS) > 35
