from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from tests.unit.report.examples import FINE, FULL, LOOSE, PREFERENCE, reports

from schemactl.core.findings import Severity
from schemactl.core.results import Report
from schemactl.report import render


def suite(report: Report, fail_on: Severity = Severity.ERROR) -> ET.Element:
    (only,) = ET.fromstring(render(report, "junit", fail_on=fail_on)).findall("testsuite")
    return only


def test_findings_below_fail_on_pass():
    cases = suite(FULL).findall("testcase")
    outcomes = {case.get("name", "").split()[0]: [child.tag for child in case] for case in cases}
    assert outcomes == {
        "again": ["failure"],
        "prefer-text": ["system-out"],
        "grants": ["system-out"],
        "populated": ["error"],
    }
    assert suite(FULL, Severity.WARNING).get("failures") == "2"


def test_counts_and_places():
    whole = suite(FULL)
    assert (whole.get("tests"), whole.get("failures"), whole.get("errors")) == ("4", "1", "1")
    first = whole.find("testcase")
    assert first is not None
    assert (first.get("file"), first.get("line")) == ("migrations/0046_status.sql", "3")
    failure = first.find("failure")
    assert failure is not None
    assert "DROP CONSTRAINT IF EXISTS" in (failure.text or "")


def test_a_fine_report_is_one_passing_case():
    whole = suite(FINE)
    assert (whole.get("tests"), whole.get("failures"), whole.get("errors")) == ("1", "0", "0")


def test_a_failed_run_without_findings_fails():
    assert suite(replace(FINE, failed=True)).get("failures") == "1"


def test_characters_that_xml_forbids_are_replaced():
    case = suite(Report("lint", "", findings=(replace(LOOSE, message="a\x00\x1b[b\ufffe ]]> <&\ud800"),))).find(
        "testcase"
    )
    assert case is not None
    assert case.findtext("system-out") == "info: a\ufffd\ufffd[b\ufffd ]]> <&\ufffd"


@given(reports())
def test_any_text_gives_a_well_formed_document(report: Report):
    whole = suite(report)
    expected = len(report.findings) + len(report.skipped)
    assert len(whole) == expected + (report.failed or not expected)


def test_order_is_worst_first():
    names = [case.get("name", "") for case in suite(replace(FULL, findings=(LOOSE, PREFERENCE)))]
    assert names[0].startswith("prefer-text")
