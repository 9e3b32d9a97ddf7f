"""The plans as first written are taken apart; the corrected tree is left alone."""

import json
from pathlib import Path

import pytest

from schemactl.core import config
from schemactl.core.findings import Finding, Severity
from schemactl.lint.run import lint_paths

ROOT = Path(__file__).parents[3]
PLANS = ROOT / "tests" / "cases" / "plans"
DEFECTS = json.loads((PLANS / "defects.json").read_text(encoding="utf-8"))["defects"]
# What lint must see of the table of defects, and by which rule or family of rules.
SEEN_BY = {
    2: "constraint-missing-not-valid",
    4: "rerun-",
    5: "policy-presence-only",
    7: "duplicate-index",
    8: "auth-rls-initplan",
    10: "policy-without-role",
    11: "trigger-writes-missing-column",
    12: "status-column-without-check",
    14: "replica-identity-without-publication",
    20: "secret-password",
}


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    return lint_paths([PLANS / "migrations"], config.load(PLANS)).findings


@pytest.mark.parametrize("number", SEEN_BY)
def test_a_defect_is_found_where_it_is(number: int, findings: tuple[Finding, ...]):
    (defect,) = (defect for defect in DEFECTS if defect["number"] == number)
    seen = {place(finding) for finding in findings if finding.rule.startswith(SEEN_BY[number])}
    assert {(item["file"].rpartition("/")[2], item["statement"]) for item in defect["locations"]} <= seen


def test_defect_13_is_two_things(findings: tuple[Finding, ...]):
    found = {(finding.rule, finding.span.line) for finding in findings if finding.span and place(finding)[1] == 1}
    assert {("unindexed-foreign-key", 9), ("nullable-owner-column", 8)} <= found


def test_little_else_is_said(findings: tuple[Finding, ...]):
    known = {(item["file"].rpartition("/")[2], item["statement"]) for defect in DEFECTS for item in defect["locations"]}
    others = [
        (finding.rule, *place(finding))
        for finding in findings
        if finding.severity.at_least(Severity.WARNING) and place(finding) not in known
    ]
    assert others == []


def test_the_corrected_tree_is_clean():
    assert lint_paths([ROOT / "migrations"], config.load(ROOT)).findings == ()


def place(finding: Finding) -> tuple[str, int]:
    assert finding.span is not None
    return Path(finding.span.file).name, finding.statement or 0
