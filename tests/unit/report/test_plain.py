"""What is laid out without rich reads as what rich lays out."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.program import SOURCE
from tests.unit.report.examples import FULL, reports

from schemactl.core.findings import Severity
from schemactl.core.results import Report
from schemactl.report import painted, plain
from schemactl.report.cells import cell_len, wrapped


@given(reports(), st.integers(min_value=60, max_value=140))
def test_both_ways_give_the_same_lines(report: Report, width: int):
    bare = replace(report, sections=(), skipped=())
    assert plain.render(bare, Severity.ERROR, width) == painted.render(bare, Severity.ERROR, width, colour=False)


@pytest.mark.parametrize("width", [60, 80, 140])
def test_a_whole_report(width: int):
    bare = replace(FULL, sections=(), skipped=())
    assert plain.render(bare, Severity.ERROR, width) == painted.render(bare, Severity.ERROR, width, colour=False)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])), st.integers(8, 60))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int):
    lines = list(wrapped(text, width))
    assert "".join(lines) == text
    assert all(cell_len(line.rstrip()) <= width for line in lines)


def test_findings_alone_need_no_rich():
    script = (
        "from schemactl.report import render; from schemactl.core.results import Report; import sys;"
        "render(Report('lint', 'fine'), 'console'); print('rich' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env={"PYTHONPATH": str(SOURCE)}
    )
    assert done.stdout == "False\n"
