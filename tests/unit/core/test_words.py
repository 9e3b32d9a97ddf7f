import pytest

from schemactl.core.words import did_you_mean, nearest, plural


@pytest.mark.parametrize(("count", "words"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (10_000, "10,000 files")])
def test_counts_in_words(count: int, words: str):
    assert plural(count, "file") == words


def test_the_nearest_known_word():
    assert nearest("aply", ["apply", "verify"]) == "apply"
    assert nearest("xyzzy", ["apply", "verify"]) is None
    assert did_you_mean("xyzzy", ["verify", "apply"]) == "Known: apply, verify."


def test_a_long_list_is_shown_in_part():
    hint = did_you_mean("xyzzy", [f"rule-{number:03}" for number in range(100)])
    assert hint.startswith("Known: rule-000, rule-001, ")
    assert hint.endswith(", rule-023 and 76 more.")
