import pytest

from schemactl.core.errors import UsageError
from schemactl.db.dsn import address, resolve, secrets

PASSWORD = "s3" + "cret!"


def test_the_option_beats_the_environment_and_database_url_beats_libpq():
    environment = {"DATABASE_URL": "postgresql://url/x", "PGHOST": "libpq"}
    assert resolve("postgresql://option/x", environment) == "postgresql://option/x"
    assert resolve(None, environment) == "postgresql://url/x"
    assert resolve(None, {"PGHOST": "libpq"}) == ""
    assert resolve(None, {"PGSERVICE": "prod"}) == ""


def test_no_database_at_all_is_an_error_that_says_how_to_name_one():
    with pytest.raises(UsageError, match="no database given") as caught:
        resolve(None, {"PGPASSWORD": "x"})
    assert "--database" in str(caught.value.hint)


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgresql://ada:{PASSWORD}@more@host/db",
        f"postgresql://ada:{PASSWORD}/more@host/db",
        f"postgresql://ada:{PASSWORD}%zz@host/db",
        f"host=h {PASSWORD}",
        f"postgresql://host/db?{PASSWORD}",
        f"mysql://ada:{PASSWORD}@host/db",
        f"postgresql+psycopg://ada:{PASSWORD}@host/db",
        "",
    ],
)
def test_a_dsn_that_cannot_be_read_is_refused_and_never_quoted(dsn: str):
    with pytest.raises(UsageError) as caught:
        resolve(dsn, {})
    assert PASSWORD not in str(caught.value) + str(caught.value.hint)
    assert caught.value.exit_code == 2


def test_an_address_names_the_place_and_no_secret():
    text = str(address(f"postgresql://ada:{PASSWORD}@db.example:6000/app"))
    assert text == "database `app` on db.example port 6000 as `ada`"


def test_a_port_that_is_no_number_is_called_so():
    with pytest.raises(UsageError, match="has a port that is no number"):
        resolve("host=h port=abc", {})


def test_secrets_are_the_passwords_that_are_not_public_too():
    assert secrets(f"postgresql://ada:{PASSWORD}@h/x") == (PASSWORD,)
    assert secrets("postgresql://ada:ada@h/x") == ()
