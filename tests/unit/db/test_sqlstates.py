import pytest

from schemactl.db.sqlstates import describe, words


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("42710", "duplicate object"),
        ("42P07", "duplicate table"),
        ("55P03", "lock not available"),
        ("57P01", "admin shutdown"),
    ],
)
def test_a_sqlstate_has_words(code: str, said: str):
    assert words(code) == said
    assert describe(code) == f"{code} {said}"


def test_an_unnamed_code_is_told_by_its_class():
    assert describe("23ZZZ") == "23ZZZ integrity constraint violation"
    assert describe("ZZZZZ") == "ZZZZZ unknown condition"
