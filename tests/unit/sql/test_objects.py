import tomllib
from pathlib import Path

import pytest

from schemactl.sql.objects import Change, changes
from schemactl.sql.parse import parse

CASES = tomllib.loads(Path("tests/cases/sql/objects.toml").read_text(encoding="utf-8"))["case"]
CLAUSES = ("conditional", "or_replace", "cascade", "concurrently")


def written(change: Change) -> str:
    clauses = ", ".join(clause for clause in CLAUSES if getattr(change, clause))
    return f"{change.action} {change.object}" + (f" ({clauses})" if clauses else "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:60])
def test_changes_are_what_the_catalogue_says(case):
    (statement,) = parse(case["sql"], "f.sql").statements
    assert [written(change) for change in changes(statement)] == case["changes"]
