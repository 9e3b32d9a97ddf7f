"""What the API refuses, what stands in its place, and what must never be seen."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from tests.acceptance.supabase.conftest import Schemactl, reaching
from tests.support.applying import rows, write
from tests.support.management_api import PAGE, REF, TARGET, TOKEN, Answer, Fault, Platform, Respond, failure, serving
from tests.support.program import Outcome

from schemactl.servers import Database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "migrations", _1_a="create table a (id int)")


def on_query(answer: Answer, status: str = "ACTIVE_HEALTHY") -> Respond:
    """Queries get this answer, and the project is in this state."""
    project: Answer = (200, {}, b'{"status": "%s"}' % status.encode())
    return lambda method, _path: answer if method == "POST" else project


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failure("Unauthorized", 401), "the access token was not accepted (HTTP 401: Unauthorized)"),
        (failure("Forbidden resource", 403), "the access token may not do this"),
        (failure("Project not found", 404), "no such project"),
        (failure("request entity too large", 413), "the request is too large"),
        ((302, {"Location": "https://elsewhere.example/"}, b""), "the token goes nowhere else"),
        (failure("Something new", 418), "the Management API refused (HTTP 418: Something new)"),
    ],
)
@pytest.mark.parametrize("command", ["apply", "status", "plan", "drift"])
def test_a_refusal_is_exit_code_3_with_what_to_do(
    folder: Path, platform: Platform, schemactl: Schemactl, command: str, answer: Answer, words: str
):
    platform.answer = on_query(answer)
    outcome = schemactl(command, folder)
    assert outcome.code == 3
    assert words in outcome.err
    assert TOKEN not in outcome.out + outcome.err


def test_a_paused_project_is_told_at_once(folder: Path, platform: Platform, schemactl: Schemactl):
    timeout = failure("Failed to run sql query: Connection terminated due to connection timeout", 544)
    platform.answer = on_query(timeout, "INACTIVE")
    outcome = schemactl("apply", folder)
    assert outcome.code == 3
    assert f"Supabase project `{REF}` is paused" in outcome.err
    assert f"https://supabase.com/dashboard/project/{REF}" in outcome.err


def test_a_project_that_is_on_its_way_up_is_told(folder: Path, platform: Platform, schemactl: Schemactl):
    platform.answer = on_query((503, {}, PAGE), "COMING_UP")
    outcome = schemactl("status", folder)
    assert outcome.code == 3
    assert "is not up: coming up" in outcome.err


def test_a_query_that_the_role_may_not_run_is_exit_code_3(folder: Path, platform: Platform, schemactl: Schemactl):
    denied = "Failed to run sql query: ERROR:  42501: permission denied for schema schemactl\n"
    platform.answer = on_query(failure(denied, 400))
    outcome = schemactl("status", folder)
    assert outcome.code == 3
    assert "permission denied for schema schemactl (42501 insufficient privilege)" in outcome.err


def test_no_token_is_exit_code_2(folder: Path, platform: Platform, schemactl: Schemactl):
    nothing = {"SUPABASE_ACCESS_TOKEN": "", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    outcome = schemactl("apply", folder, **nothing)
    assert outcome.code == 2
    assert "no access token" in outcome.err
    assert "SUPABASE_ACCESS_TOKEN" in outcome.err
    assert platform.headers == []


@pytest.mark.parametrize("token", ["nonsense-9Xq", TOKEN + "\nX-More: 1", "sbp_short"])
def test_what_is_no_token_is_not_sent_and_not_shown(folder: Path, platform: Platform, schemactl: Schemactl, token: str):
    outcome = schemactl("apply", folder, SUPABASE_ACCESS_TOKEN=token)
    assert outcome.code == 2
    assert "SUPABASE_ACCESS_TOKEN is no access token" in outcome.err
    assert token not in outcome.err
    assert platform.headers == []


@pytest.mark.parametrize("ref", ["", "short", "ABCDEFGHIJKLMNOPQRST", "abcdefghijklmnopqrst/../x", f"u:p@{REF}"])
def test_what_is_no_reference_is_exit_code_2(folder: Path, platform: Platform, ref: str):
    outcome = reaching(platform, "apply", folder, "--database", f"supabase://{ref}")
    assert outcome.code == 2
    assert "20 lower-case letters" in outcome.err
    assert platform.headers == []


@pytest.mark.parametrize(
    "address",
    [
        "http://api.supabase.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1.nip.io",
        "ftp://127.0.0.1",
        "api.supabase.com",
        "https://[::1",
    ],
)
def test_the_token_never_goes_out_in_the_clear(folder: Path, platform: Platform, address: str):
    outcome = reaching(platform, "apply", folder, "--database", TARGET, SCHEMACTL_SUPABASE_API=address)
    assert outcome.code == 2
    assert "SCHEMACTL_SUPABASE_API" in outcome.err


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """The certificate of an authority of our own, and beside it `server.pem` for loopback."""
    ours = trustme.CA()
    path = tmp_path / "authority.pem"
    ours.cert_pem.write_to_path(path)
    ours.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    ours.issue_cert("elsewhere.example").private_key_and_cert_chain_pem.write_to_path(tmp_path / "other.pem")
    return path


@pytest.fixture
def encrypted(embedded_database: Database, authority: Path) -> Iterator[Platform]:
    with serving(Platform(embedded_database.dsn), authority.with_name("server.pem")) as served:
        yield served


def test_a_server_that_proves_who_it_is_is_talked_to(folder: Path, encrypted: Platform, authority: Path):
    outcome = reaching(encrypted, "apply", folder, "--database", TARGET, SSL_CERT_FILE=str(authority))
    assert outcome.code == 0, outcome.err
    assert encrypted.address.startswith("https://")


def test_a_server_that_does_not_is_sent_nothing(folder: Path, encrypted: Platform):
    unverified = {"PYTHONHTTPSVERIFY": "0", "CURL_CA_BUNDLE": "", "REQUESTS_CA_BUNDLE": ""}
    outcome = reaching(encrypted, "apply", folder, "--database", TARGET, cwd=None, **unverified)
    assert outcome.code == 3
    assert "does not prove who it is" in outcome.err
    assert "Verification is never switched off" in outcome.err
    assert encrypted.headers == []


def test_a_certificate_for_another_name_is_none(folder: Path, embedded_database: Database, authority: Path):
    with serving(Platform(embedded_database.dsn), authority.with_name("other.pem")) as served:
        outcome = reaching(served, "apply", folder, "--database", TARGET, SSL_CERT_FILE=str(authority))
    assert outcome.code == 3
    assert "does not prove who it is" in outcome.err
    assert served.headers == []
    assert ssl.HAS_SNI


def chatty(platform: Platform) -> Respond:
    """An API that repeats what it was told, the token too."""

    def answer(method: str, path: str) -> Answer | None:
        return (
            failure(f"bad header Authorization: Bearer {platform.token} at {path}", 400) if method == "POST" else None
        )

    return answer


@pytest.mark.parametrize("output", ["console", "json"])
def test_a_token_that_the_api_repeats_is_masked(folder: Path, platform: Platform, schemactl: Schemactl, output: str):
    platform.token = "sbp_v2_" + "Zz9" * 12
    platform.answer = chatty(platform)
    outcome = schemactl("apply", folder, "--format", output)
    assert outcome.code == 3
    assert platform.token not in outcome.out + outcome.err
    assert "***" in outcome.out + outcome.err


def test_the_token_is_in_the_header_and_nowhere_else(folder: Path, platform: Platform, schemactl: Schemactl):
    processes: list[str] = []

    def look(_number: int, _text: str) -> Fault:
        processes.extend(path.read_bytes().decode(errors="replace") for path in Path("/proc").glob("[0-9]*/cmdline"))
        return Fault.NONE

    platform.plan = look
    outcomes: list[Outcome] = [schemactl("apply", folder), schemactl("status", folder, "--format", "json")]
    assert all(header["Authorization"] == f"Bearer {TOKEN}" for header in platform.headers)
    seen = [*processes, *platform.queries, *(one.out + one.err for one in outcomes)]
    seen += [str(row) for row in rows(platform.dsn, "select h from schemactl.history h")]
    assert [text for text in seen if TOKEN in text] == []
    assert all(outcome.code == 0 for outcome in outcomes)
