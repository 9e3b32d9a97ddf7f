import pytest
from tests.support.program import run

from schemactl.core.exit_codes import ExitCode


@pytest.mark.parametrize(
    ("word", "kind", "name", "text"),
    [
        ("5", "exit code", "5", ExitCode.HISTORY.meaning),
        ("42710", "SQLSTATE", "42710 duplicate object", "DROP … IF EXISTS first"),
        ("42p07", "SQLSTATE", "42P07 duplicate table", "CREATE TABLE IF NOT EXISTS"),
        ("duplicate_object", "SQLSTATE", "42710 duplicate object", "already"),
        ("22012", "SQLSTATE", "22012 division by zero", "Data exception."),
        ("transaction", "directive", "-- schemactl:transaction", "cannot run in a transaction"),
        ("schemactl:ignore", "directive", "-- schemactl:ignore", "the next statement"),
        ("apply.runner_wait", "configuration key", "apply.runner_wait", "Default: `5min`"),
    ],
)
def test_a_word_has_its_page(word: str, kind: str, name: str, text: str):
    outcome = run("explain", word, "--format", "json")
    assert outcome.code == 0
    (page,) = outcome.json["explain"]["pages"]
    assert (page["kind"], page["name"]) == (kind, name)
    assert text in page["text"]


def test_a_word_may_have_two_pages():
    out = run("explain", "lock_timeout").out
    assert "directive -- schemactl:lock_timeout\n" in out
    assert "configuration key apply.lock_timeout\n" in out


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("transactoin", "Did you mean `transaction`?"),
        ("ZZ999", "`schemactl explain` lists the words that have a page."),
        ("abort", "`schemactl explain` lists the words that have a page."),
        ("", "`schemactl explain` lists the words that have a page."),
    ],
)
def test_a_word_that_is_not_known_gets_the_nearest(word: str, hint: str):
    outcome = run("explain", word)
    assert outcome.code == 2
    assert outcome.err == f"error: nothing is known about `{word}`\n  hint: {hint}\n"


def test_without_a_word_every_word_is_listed_and_has_a_page():
    from schemactl.cli import explanations

    words = run("explain", "--format", "json").json["explain"]["words"]
    assert words == explanations.known()
    assert all(explanations.find(word) for names in words.values() for word in names)
