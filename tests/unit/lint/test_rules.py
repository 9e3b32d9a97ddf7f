"""Each rule finds its bad cases where they are, once, and nothing in their good twins."""

import pytest
from tests.unit.lint.cases import Case, cases

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_case(case: Case):
    found = case.findings()
    if not case.bad:
        assert [finding.message for finding in found] == []
        return
    assert len(found) == case.given.get("findings", 1), [finding.message for finding in found]
    if case.given["statement"] is not ...:
        assert (found[0].statement, found[0].span.line) == (case.given["statement"], case.given["line"])  # type: ignore[union-attr]
