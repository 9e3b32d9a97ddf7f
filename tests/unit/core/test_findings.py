from dataclasses import replace

from schemactl.core.findings import Evidence, Finding, Severity, Span, fingerprint, with_distinct_fingerprints, worst
from schemactl.core.results import Report, Skipped

FINDING = Finding("rule", Severity.WARNING, "message", Evidence.STATIC, Span("a.sql", 1, 1, 1, 9), object="table t")


def test_a_fingerprint_survives_moved_lines_and_spacing():
    moved = replace(FINDING, span=Span("a.sql", 40, 3, 41, 2))
    assert fingerprint(FINDING, "drop table t") == fingerprint(moved, "drop  table\n t")


def test_a_fingerprint_tells_rules_files_objects_and_words_apart():
    others = [
        (replace(FINDING, rule="other"), "x"),
        (replace(FINDING, span=Span("b.sql", 1, 1, 1, 9)), "x"),
        (replace(FINDING, object="table u"), "x"),
        (FINDING, "y"),
    ]
    assert len({fingerprint(FINDING, "x"), *(fingerprint(*other) for other in others)}) == 5


def test_equal_findings_are_numbered():
    first, second = with_distinct_fingerprints([FINDING, FINDING])
    assert second.fingerprint == f"{first.fingerprint}-2"


def test_severities_are_ordered():
    assert Severity.ERROR.at_least(Severity.WARNING)
    assert not Severity.INFO.at_least(Severity.WARNING)
    assert worst([FINDING, replace(FINDING, severity=Severity.INFO)]) is Severity.WARNING
    assert worst([]) is None


def test_a_report_is_ok_only_when_nothing_counts_against_it():
    assert Report("lint", "").ok()
    assert Report("lint", "", findings=(FINDING,)).ok()
    assert not Report("lint", "", findings=(FINDING,)).ok(Severity.WARNING)
    assert not Report("verify", "", skipped=(Skipped("x", "y"),)).ok()
    assert not Report("verify", "", failed=True).ok()
