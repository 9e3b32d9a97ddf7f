"""`schemactl login` and `logout`, with a keyring, without one, and beside the Supabase CLI's."""

import base64
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.applying import environment as clean_environment
from tests.support.applying import write
from tests.support.file_keyring import VARIABLE
from tests.support.management_api import TARGET, TOKEN, Platform, serving
from tests.support.program import Outcome

ROOT = Path(__file__).parents[3]
FILE = "tests.support.file_keyring.FileKeyring"
NONE = "keyring.backends.fail.Keyring"
SILENT = "keyring.backends.null.Keyring"
OTHER = "sbp_" + "a1b2" * 10


@pytest.fixture
def platform() -> Iterator[Platform]:
    """An API that needs no database."""
    with serving(Platform("")) as served:
        yield served


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


def program(platform: Platform, kept: Path, backend: str = FILE, **more: str) -> dict[str, str]:
    known = clean_environment(
        SCHEMACTL_SUPABASE_API=platform.address, PYTHON_KEYRING_BACKEND=backend, **{VARIABLE: str(kept)}, **more
    )
    known["PYTHONPATH"] += os.pathsep + str(ROOT)
    return {name: value for name, value in known.items() if name != "SUPABASE_ACCESS_TOKEN" or name in more}


def call(environment: dict[str, str], *arguments: str, text: str = "") -> Outcome:
    done = subprocess.run(
        [sys.executable, "-m", "schemactl", *arguments],
        input=text, check=False, capture_output=True, encoding="utf-8", env=environment, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


def passwords(kept: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    return found


def test_a_token_from_standard_input_is_checked_kept_used_and_removed(platform: Platform, kept: Path, tmp_path: Path):
    environment = program(platform, kept)
    done = call(environment, "login", text=TOKEN + "\n")
    assert done.code == 0, done.err
    assert "sees 1 project" in done.err
    assert passwords(kept) == {"schemactl/supabase": TOKEN}
    assert TOKEN not in done.out + done.err
    platform.answer = lambda _method, _path: (418, {}, b"")
    used = call(environment, "status", str(write(tmp_path / "m", _1_a="select 1")), "--database", TARGET)
    assert used.code == 3
    assert platform.headers[-1]["Authorization"] == f"Bearer {TOKEN}"
    assert call(environment, "logout").code == 0
    assert passwords(kept) == {}
    assert "nothing to remove" in call(environment, "logout").err


def test_in_a_terminal_the_token_is_asked_for_without_echo(platform: Platform, kept: Path):
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "schemactl", "login"],
        stdin=other, stdout=other, stderr=other, env=program(platform, kept), start_new_session=True,
    )  # fmt: skip
    os.close(other)
    shown = _read_until(main, b"Access token")
    os.write(main, TOKEN.encode() + b"\n")
    shown += _read_until(main, b"is kept in this machine's keyring")
    assert process.wait(60) == 0
    os.close(main)
    assert TOKEN.encode() not in shown
    assert passwords(kept) == {"schemactl/supabase": TOKEN}


def _read_until(terminal: int, words: bytes) -> bytes:
    seen = b""
    while words not in seen:
        seen += os.read(terminal, 4096)
    return seen


def test_a_token_that_the_api_does_not_accept_is_not_kept(platform: Platform, kept: Path):
    done = call(program(platform, kept), "login", text=OTHER)
    assert done.code == 3
    assert "not accepted" in done.err
    assert passwords(kept) == {}
    assert OTHER not in done.err


def test_without_a_check_nobody_is_asked(platform: Platform, kept: Path):
    assert call(program(platform, kept), "login", "--no-check", text=OTHER).code == 0
    assert platform.headers == []
    assert passwords(kept) == {"schemactl/supabase": OTHER}


@pytest.mark.parametrize("text", ["", "\n", "password123\n"])
def test_what_is_no_token_is_exit_code_2(platform: Platform, kept: Path, text: str):
    done = call(program(platform, kept), "login", text=text)
    assert done.code == 2
    assert "password123" not in done.err
    assert platform.headers == []


@pytest.mark.parametrize(("backend", "words"), [(NONE, "has no keyring"), (SILENT, "keeps nothing")])
def test_without_a_keyring_the_variable_is_named(platform: Platform, kept: Path, backend: str, words: str):
    done = call(program(platform, kept, backend), "login", text=TOKEN)
    assert done.code == 2
    assert words in done.err
    assert "SUPABASE_ACCESS_TOKEN" in done.err
    assert TOKEN not in done.err


def test_logout_without_a_keyring_says_so(platform: Platform, kept: Path):
    assert call(program(platform, kept, NONE), "logout").code == 2


@pytest.mark.parametrize("account", ["supabase", "access-token"])
@pytest.mark.parametrize("encoded", [False, True])
def test_the_supabase_clis_own_entry_is_found(
    platform: Platform, kept: Path, tmp_path: Path, account: str, encoded: bool
):
    text = "go-keyring-base64:" + base64.b64encode(TOKEN.encode()).decode() if encoded else TOKEN
    kept.write_text(json.dumps({f"Supabase CLI/{account}": text}), encoding="utf-8")
    platform.answer = lambda _method, _path: (418, {}, b"")
    folder = write(tmp_path / "m", _1_a="select 1")
    assert call(program(platform, kept), "status", str(folder), "--database", TARGET).code == 3
    assert platform.headers[-1]["Authorization"] == f"Bearer {TOKEN}"
    told = call(program(platform, kept), "logout")
    assert "the Supabase CLI keeps a token of its own" in told.err
    assert passwords(kept) == {f"Supabase CLI/{account}": text}


def test_the_variable_comes_before_the_keyring(platform: Platform, kept: Path, tmp_path: Path):
    kept.write_text(json.dumps({"schemactl/supabase": OTHER}), encoding="utf-8")
    platform.answer = lambda _method, _path: (418, {}, b"")
    folder = write(tmp_path / "m", _1_a="select 1")
    environment = program(platform, kept, SUPABASE_ACCESS_TOKEN=TOKEN)
    assert call(environment, "status", str(folder), "--database", TARGET).code == 3
    assert platform.headers[-1]["Authorization"] == f"Bearer {TOKEN}"
    assert "SUPABASE_ACCESS_TOKEN is still set" in call(environment, "logout").err
