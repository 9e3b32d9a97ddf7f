"""Weakened conditions are valid, differ from the original, and each takes one thing away."""

import pglast
import pytest

from schemactl.sql.conditions import weakenings

OWN = "(user_id = ( SELECT auth.uid() AS uid))"


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        (OWN, {}, {"true", "user_id IS NOT NULL"}),
        (OWN, {"user_id": ["id"]}, {"true", "user_id IS NOT NULL", "id = (SELECT auth.uid() AS uid)"}),
        ("((a = me()) AND (b > 1))", {}, {"true", "a = me()", "b > 1", "a IS NOT NULL AND b > 1"}),
        ("(a OR b)", {}, {"true"}),
        ("true", {}, {"true"}),
        (
            "(EXISTS ( SELECT FROM p WHERE ((p.id = t.p_id) AND (p.u = me()))))",
            {},
            {
                "true", "EXISTS (SELECT FROM p WHERE p.id = t.p_id)", "EXISTS (SELECT FROM p WHERE p.u = me())",
                "EXISTS (SELECT FROM p WHERE p.id = t.p_id AND p.u IS NOT NULL)",
            },
        ),
    ],
)  # fmt: skip
def test_each_way_to_weaken(text: str, others: dict[str, list[str]], expected: set[str]):
    found = [one.text for one in weakenings(text, others)]
    assert set(found) == expected
    assert len(found) == len(expected)
    for one in found:
        pglast.parse_sql(f"select {one}")
