import pytest

from schemactl.core.errors import UsageError
from schemactl.db.connect import connect
from schemactl.db.dsn import place, resolve
from schemactl.db.project import API, API_VARIABLE, Project, api_address, project_of

REF = "abcdefghijklmnopqrst"


def test_a_project_is_named_by_its_reference():
    assert project_of(f"supabase://{REF}") == project_of(f"supabase://{REF}/") == Project(REF)
    assert place(f"supabase://{REF}") == f"Supabase project `{REF}`"


@pytest.mark.parametrize(
    "ref", ["", "x", REF + "u", REF.upper(), REF + "?x=1", "12345678901234567890", f"postgres:x@{REF}"]
)
def test_anything_else_is_no_reference_and_is_not_repeated(ref: str):
    with pytest.raises(UsageError) as caught:
        project_of(f"supabase://{ref}")
    assert not ref or ref not in str(caught.value)


def test_who_needs_a_connection_is_told_the_address_of_the_database():
    for ask in (resolve, connect):
        with pytest.raises(UsageError, match="needs a connection") as caught:
            ask(f"supabase://{REF}")
        assert f"db.{REF}.supabase.co" in str(caught.value.hint)
    assert resolve(f"supabase://{REF}", projects=True) == f"supabase://{REF}"
    assert resolve(None, {"DATABASE_URL": f"supabase://{REF}"}, projects=True) == f"supabase://{REF}"


@pytest.mark.parametrize(
    "address",
    [
        "https://api.example.org",
        "https://10.0.0.1:8443/base",
        "http://127.0.0.1:54321",
        "http://127.1.2.3",
        "http://[::1]:1",
    ],
)
def test_encrypted_addresses_and_this_machine_are_talked_to(address: str):
    assert api_address({API_VARIABLE: address + "/"}) == address


def test_without_a_word_it_is_the_platform():
    assert api_address({}) == api_address({API_VARIABLE: " "}) == API
    assert API.startswith("https://")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org", "http://localhost", "http://127.0.0.1.example.org", "http://127.0.0.1@example.org",
        "http://0.0.0.0", "http://2130706433", "http://[::ffff:10.0.0.1]", "https://u:p@h", "https://h?x=1", "h", "https://",
        "https://[", "file:///x",
    ],
)  # fmt: skip
def test_nothing_else_is(address: str):
    with pytest.raises(UsageError, match=API_VARIABLE):
        api_address({API_VARIABLE: address})
