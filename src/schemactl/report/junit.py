"""JUnit XML, for CI systems that show test results. One case a finding; what was not checked is an error."""

import re
from xml.etree import ElementTree as ET

from schemactl.core.findings import Finding, Severity
from schemactl.core.results import Report, Skipped
from schemactl.report.order import by_file
from schemactl.report.places import relative

# What XML 1.0 allows: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, *, fail_on: Severity, colour: bool) -> str:
    """The report as one test suite. Findings below `fail_on` pass and say their piece in `system-out`."""
    del colour
    cases = [_finding(finding, fail_on) for _, findings in by_file(report.findings) for finding in findings]
    cases += [_skipped(item) for item in report.skipped]
    if not cases or report.failed:
        cases.append(_whole(report))
    counts = {
        "name": _clean(f"schemactl {report.command}"),
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
    }
    root = ET.Element("testsuites", counts)
    suite = ET.SubElement(root, "testsuite", counts | {"skipped": "0"})
    suite.extend(cases)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _finding(finding: Finding, fail_on: Severity) -> ET.Element:
    span = finding.span
    place = f"{relative(span.file)}:{span.line}:{span.column}" if span else finding.object or ""
    attributes = {"classname": relative(span.file) if span else "schemactl", "name": f"{finding.rule} {place}".strip()}
    if span:
        attributes |= {"file": relative(span.file), "line": str(span.line)}
    case = _case(attributes)
    text = "\n\n".join(part for part in (finding.message, finding.hint, finding.repro) if part)
    if finding.severity.at_least(fail_on):
        outcome = ET.SubElement(case, "failure", type=finding.severity.value, message=_clean(finding.message))
    else:
        outcome = ET.SubElement(case, "system-out")
    outcome.text = _clean(f"{finding.severity.value}: {text}")
    return case


def _skipped(item: Skipped) -> ET.Element:
    case = _case({"classname": "schemactl", "name": item.what})
    ET.SubElement(case, "error", type="not checked", message=_clean(item.reason))
    return case


def _whole(report: Report) -> ET.Element:
    case = _case({"classname": "schemactl", "name": report.command})
    if report.failed:
        ET.SubElement(case, "failure", type="error", message=_clean(report.summary))
    else:
        ET.SubElement(case, "system-out").text = _clean(report.summary)
    return case


def _case(attributes: dict[str, str]) -> ET.Element:
    return ET.Element("testcase", {key: _clean(value) for key, value in attributes.items()})


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
