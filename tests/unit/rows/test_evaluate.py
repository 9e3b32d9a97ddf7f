"""Truth in three values, as the server has it; UNKNOWN where too little is known."""

import pytest

from schemactl.rows.evaluate import UNKNOWN, Unknown, Value, evaluate, truth
from schemactl.sql.expressions import expression

VALUES: dict[str, Value] = {"one": "1", "ten": "10", "text": "abc", "none": None, "yes": "true", "no": "false"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("one < ten", True),
        ("text = 'abc' and one = 1.0", True),
        ("text = 'abc' and other = 1", UNKNOWN),
        ("text = 'b' and other = 1", False),
        ("text = 'abc' or other = 1", True),
        ("none = 1", None),
        ("none = 1 or yes", True),
        ("none = 1 or no", None),
        ("not none", None),
        ("none is null", True),
        ("other is null", UNKNOWN),
        ("none is not true", True),
        ("text in ('x', 'abc')", True),
        ("text in ('x', null)", None),
        ("text not in ('x', 'y')", True),
        ("none in ('x')", None),
        ("(text = 'abc') = (none is null)", True),
        ("none is not distinct from null", True),
        ("num_nonnulls(one, none, text) = 2", True),
        ("num_nonnulls(one, other) = 2", UNKNOWN),
        ("length(text) between 3 and 5", True),
        ("one + ten * 2 = 21", True),
        ("one - other = 0", UNKNOWN),
        ("coalesce(none, 5) = 5", True),
        ("coalesce(other, 5) = 5", UNKNOWN),
        ("greatest(one, ten) = 10", True),
        ("greatest(none, ten) = 10", True),
        ("least(one, ten) = 1", True),
        ("case when yes then no else yes end", False),
        ("case when none then no else yes end", True),
        ("case when other then no else yes end", UNKNOWN),
        ("strange(one) = 1", UNKNOWN),
        ("'2024-01-02' > '2023-12-31'", True),
    ],
)
def test_truth(condition: str, expected: bool | Unknown | None):
    assert truth(expression(condition), VALUES) is expected


def test_the_value_of_an_expression():
    assert evaluate(expression("text || 'd'"), VALUES) == "abcd"
    assert evaluate(expression("2 * ten - one"), VALUES) == "19"
