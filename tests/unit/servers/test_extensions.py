"""Which server has an extension; the messages are Postgres' own (real ones in the integration tests)."""

import pytest

from schemactl.servers.extensions import explain_missing_extension

UNAVAILABLE = 'extension "{}" is not available'
NO_CONTROL = 'could not open extension control file "/usr/share/postgresql/extension/{}.control": No such file'


@pytest.mark.parametrize("message", [UNAVAILABLE, NO_CONTROL])
@pytest.mark.parametrize(
    ("extension", "provider", "advice"),
    [
        ("pgcrypto", "embedded", "Use `--postgres local`"),
        ("pgcrypto", "local", "Install PostgreSQL's contrib package"),
        ("vector", "local", "Use `--postgres embedded`"),
        ("pg_cron", "embedded", "Use `--postgres container:supabase/postgres"),
        ("unheard_of", "embedded", "Name a server that has it"),
        ("vector", "embedded", "Name a server that has it"),
    ],
)
def test_advice(message: str, extension: str, provider: str, advice: str) -> None:
    state = "58P01" if "control" in message else "0A000"
    explained = explain_missing_extension(state, message.format(extension), provider)
    assert explained is not None
    assert f"`{provider}` has no extension {extension}" in explained
    assert advice in explained


@pytest.mark.parametrize(
    ("sqlstate", "message"),
    [
        ("0A000", "cannot use subquery in check constraint"),
        ("58P01", 'could not open file "base/1/2": No such file or directory'),
        ("42883", "function no_such_function() does not exist"),
        ("42P01", 'relation "crypt" does not exist'),
        (None, 'extension "pgcrypto" is not available'),
    ],
)
def test_silent_on_other_failures(sqlstate: str | None, message: str) -> None:
    assert explain_missing_extension(sqlstate, message, "embedded") is None
