import tomllib
from pathlib import Path

import pytest

from schemactl.sql.enums import uses_of_new_values
from schemactl.sql.names import Name
from schemactl.sql.parse import parse

CASES = tomllib.loads(Path("tests/cases/sql/enums.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:60])
def test_uses_are_found_as_the_catalogue_says(case):
    script = parse("ALTER TYPE mood ADD VALUE 'meh'; " + case["sql"], "f.sql")
    uses = list(uses_of_new_values(script.statements, case.get("until", 18)))
    assert [use.certain for use in uses] == {"no": [], "possible": [False], "certain": [True]}[case["found"]]
    for use in uses:
        assert use.used.index > use.added.index
        if use.added.index == 1:
            assert (use.type, use.value) == (Name(None, "mood"), "meh")


def test_a_type_of_another_schema_is_another_type():
    script = parse("ALTER TYPE a.mood ADD VALUE 'meh'; SELECT 'meh'::b.mood", "f.sql")
    assert [use.certain for use in uses_of_new_values(script.statements, 18)] == [False]
