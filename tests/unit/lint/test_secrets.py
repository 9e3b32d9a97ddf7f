"""Each kind of secret is told from what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.lint import secrets

# Put together here, so that none of them stands in the file.
TOKENS = {
    "a Supabase access token": ("sbp_", "0a" * 20),
    "a Supabase secret key": ("sb_secret_", "aB3" * 8),
    "a GitHub token": ("ghp_", "aB3" * 12),
    "a GitLab token": ("glpat-", "aB3_" * 5),
    "an AWS access key": ("AKIA", "AB12" * 4),
    "a Google API key": ("AIza", "aB3_-" * 7),
    "a Stripe key": ("sk_live_", "aB3" * 8),
    "a Slack token": ("xoxb-", "12ab-" * 5),
    "an API key": ("sk-", "proj-" + "aB3" * 12),
    "a SendGrid key": ("SG.", "a" * 22 + "." + "b" * 43),
    "an npm token": ("npm_", "aB3" * 12),
}


@pytest.mark.parametrize("what", TOKENS)
def test_a_token_is_found_where_it_stands(what: str):
    token = "".join(TOKENS[what])
    text = f"-- see {token}\nSELECT '{token}';"
    found = list(secrets.tokens(text))
    assert [secret.what for secret in found] == [what, what]
    assert [text[secret.start : secret.end] for secret in found] == [token, token]


@pytest.mark.parametrize("mark", [mark for _, marks, _ in secrets._TOKENS for mark in marks])
def test_every_mark_is_looked_for(mark: str):
    assert secrets._ANY_MARK.search(f"SELECT '{mark}'")


@pytest.mark.parametrize("what", TOKENS)
def test_less_of_it_is_none(what: str):
    mark, rest = TOKENS[what]
    assert list(secrets.tokens(f"SELECT '{mark}{rest[:8]}', 'a{mark}', '{mark}';")) == []


@pytest.mark.parametrize(
    "text", ["ta" + "sk-" + "a" * 40, "ri" + "sk-" + "management-and-everything-else-that-is-long"]
)
def test_a_word_that_holds_a_mark_is_none(text: str):
    assert list(secrets.tokens(text)) == []


@given(st.text())
def test_masking_keeps_the_length(text: str):
    places = [(secret.start, secret.end) for look in secrets.LOOKS.values() for secret in look(text)]
    assert len(secrets.masked(text, places)) == len(text)
