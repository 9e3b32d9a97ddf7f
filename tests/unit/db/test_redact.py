import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.db.redact import MASK, redact, shorten

# Built from parts: no credential, not even a dead one, stands in the tree.
SECRET = "hun" + "ter2hun" + "ter2"
TOKEN = "sbp" + "_" + "0123456789" * 4
JWT = ".".join(("ey" + "JhbGciOiJIUzI1NiJ9", "ey" + "JzdWIiOiIxMjM0In0", "c2lnbmF0dXJl"))


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://ada:{SECRET}@db.example/app",
        f"postgres://ada:p@{SECRET}@db.example/app",
        f"postgresql+psycopg://ada:{SECRET}@db.example",
        f"host=db user=ada password={SECRET} dbname=app",
        f"host=db password = '{SECRET} it''s' dbname=app",
        f"postgresql://db/app?user=ada&password={SECRET}&sslmode=require",
        f'{{"password": "{SECRET}"}}',
        f"PGPASSWORD={SECRET} psql",
        f"CREATE ROLE ada LOGIN PASSWORD '{SECRET}'",
        f"ALTER ROLE ada PASSWORD E'{SECRET}\\'x'",
        f"ALTER ROLE ada PASSWORD $$pass {SECRET}$$",
        f"CREATE USER MAPPING FOR ada SERVER s OPTIONS (user 'ada', password '{SECRET}')",
        f"Authorization: Bearer {SECRET}",
    ],
)
def test_a_password_is_masked(text: str):
    assert SECRET not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "token", [TOKEN, JWT, "gh" + "p_" + "a" * 36, "AK" + "IA" + "Z" * 16, "sk_" + "live_" + "a" * 24]
)
def test_a_token_is_masked(token: str):
    assert redact(f"insert into t values ('{token}')") == f"insert into t values ('{MASK}')"


def test_a_private_key_is_masked():
    key = "-----BEGIN " + "RSA PRIVATE KEY-----\nabc\ndef\n-----END " + "RSA PRIVATE KEY-----"
    assert redact(f"x {key} y") == f"x {MASK} y"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ada@db.example:5432/app",
        "ALTER TABLE users ADD COLUMN encrypted_password text",
        "password authentication failed for user ada",
        "CREATE INDEX CONCURRENTLY users_token_idx ON users (token)",
        "see https://example.org/a:b and mail ada@example.org",
        "key (password_reset)",
    ],
)
def test_what_is_no_secret_stays(text: str):
    assert redact(text) == text


def test_known_secrets_are_masked_wherever_they_stand_and_short_ones_only_alone():
    assert redact("could not use longsecret!", ["longsecret"]) == f"could not use {MASK}!"
    assert redact("x does not exist", ["x"]) == f"{MASK} does not exist"


@given(st.text(), st.text(alphabet=st.characters(categories=["L", "N"]), min_size=8))
def test_no_password_survives_in_a_uri_and_masking_twice_changes_nothing(around: str, password: str):
    once = redact(f"{around} postgresql://ada:{password}@h/x")
    assert f":{password}@" not in once
    assert redact(once) == once


def test_a_shortened_statement_is_one_redacted_line():
    assert shorten(f"alter role a\n  password '{SECRET}'") == f"alter role a password '{MASK}'"
    assert len(shorten("select 1, " * 100, 80)) == 80


@pytest.mark.parametrize(
    "text",
    [
        "http://a:b" * 100_000,
        "password '" * 100_001,
        "password $a$" * 20_000 + "x$" * 100_000,
        "eyJabcdefghi." * 100_000,
    ],
    ids=["uris", "quotes", "dollars", "tokens"],
)
def test_no_text_takes_more_than_linear_time(text: str):
    """A quadratic pattern would run for hours here."""
    redact(text)
