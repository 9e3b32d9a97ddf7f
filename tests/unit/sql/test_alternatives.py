"""The ways to satisfy a condition."""

import pytest

from schemactl.sql.ddl.expressions import alternatives, columns, tree


@pytest.mark.parametrize(
    ("condition", "ways"),
    [
        ("a", ["a"]),
        ("a and b", ["ab"]),
        ("a or b", ["a", "b"]),
        ("a and (b or c)", ["ab", "ac"]),
        ("(a or b) and (c or d)", ["ac", "ad", "bc", "bd"]),
        ("a and (b or (c and d))", ["ab", "acd"]),
        ("not (a or b)", ["ab"]),
    ],
)
def test_and_is_spread_over_or(condition: str, ways: list[str]):
    found = alternatives(tree(condition))
    assert ["".join(name for part in way for (name,) in columns(part)) for way in found] == ways


def test_too_many_ways_are_one():
    (way,) = alternatives(tree(" and ".join(f"(a{n} or b{n})" for n in range(7))))
    assert len(way) == 7


def test_no_condition_is_satisfied_by_nothing_at_all():
    assert alternatives(None) == [[]]
