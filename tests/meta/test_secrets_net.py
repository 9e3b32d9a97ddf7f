"""The net under the suite catches what is planted, wherever it is planted, and lets through what is in order."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tests.meta.tree import ROOT

SUITE = """
import logging
import os
from pathlib import Path

import psycopg
import pytest
from tests.support.program import run
from tests.support.secrets_net import watch

from schemactl import servers

ADDRESS = "postgresql" + "://ada:by-address-7Kq@127.0.0.1:1/x"


@pytest.fixture(scope="session")
def server():
    with servers.start("embedded", preset="plain") as started:
        yield started


def execute(dsn, text):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(text)


{tests}
"""
LEAKS = """
def test_printed(server):
    print(server.admin_dsn)

def test_logged(caplog):
    logging.getLogger("x").warning(watch("by-hand-93Fd"))

def test_said_by_the_program():
    run("status", "--database", ADDRESS)
    assert "by-address" in run("explain", "by-address-7Kq").err

def test_reported(tmp_path):
    file = tmp_path / "1_a.sql"
    file.write_text(f'create table "{watch("in-a-report-5Tz")}" (id int)')
    run("lint", file, "--select", "schema", "--format", "json", "--output", tmp_path / "report.json")

def test_recorded(server):
    with server.database() as database:
        execute(database.superuser_dsn, "create schema schemactl")
        execute(database.superuser_dsn, f"create table schemactl.history as select '{watch('in-history-2Wm')}' as text")

def test_logged_by_the_server(server):
    text = watch("in-the-log-8Pv")
    execute(server.admin_dsn, f"set log_min_messages = log; do $$ begin raise log '{text}'; end $$")

def test_given_to_another_program(tmp_path):
    run("diff", f"git:{watch('as-argument-4Hs')}", "git:x", cwd=tmp_path)

def test_cached():
    Path(os.environ["SCHEMACTL_CACHE_DIR"], "answer").write_text(watch("in-a-cache-6Lb"))
"""
IN_ORDER = """
def test_nothing(server, tmp_path):
    watch("by-hand-93Fd")
    with server.database() as database:
        assert "net-" in database.dsn
        file = tmp_path / "1_a.sql"
        file.write_text("create table a (id int primary key)")
        done = run("apply", tmp_path, "--database", database.dsn)
        assert done.code == 0, done.err
    refused = run("status", tmp_path, "--database", ADDRESS)
    assert refused.code == 3
"""


def outcome(folder: Path, tests: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A suite of its own, run under the net."""
    (folder / "test_planted.py").write_text(SUITE.replace("{tests}", tests), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SCHEMACTL_"))}
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    where = ("--rootdir", str(folder), "-c", os.devnull, str(folder))
    plugins = ("-p", "tests.support.secrets_net", "-p", "no:cacheprovider")
    # Not below pytest's own directory, which the account that runs Postgres must not enter.
    with tempfile.TemporaryDirectory(prefix="sct-") as cache:
        Path(cache).chmod(0o777)
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *where, *plugins, *options],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            env={**kept, "PYTHONPATH": path, "SCHEMACTL_CACHE_DIR": cache},
            timeout=120,
        )


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> str:
    done = outcome(tmp_path_factory.mktemp("leaky"), LEAKS, "-n", "2")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "8 passed" in done.stdout
    return done.stdout


@pytest.mark.parametrize(
    ("what", "test"),
    [
        ("Captured stdout call", "test_printed"),
        ("Captured log call", "test_logged"),
        ("error output", "test_said_by_the_program"),
        ("report report.json", "test_reported"),
        ("history", "test_recorded"),
        ("server log", ""),
        ("arguments of a program", "test_given_to_another_program"),
        ("cached file answer", ""),
    ],
)
def test_a_planted_leak_is_caught(what: str, test: str, leaky: str):
    lines = [line for line in leaky.splitlines() if line.startswith(what)]
    assert [line for line in lines if test in line], leaky


def test_the_find_does_not_tell_the_secret(leaky: str):
    found = leaky[leaky.index("secrets that got out") :]
    assert "<SECRET>" in found
    for secret in (
        "net-",
        "by-hand",
        "by-address",
        "in-a-report",
        "in-history",
        "in-the-log",
        "as-argument",
        "in-a-cache",
    ):
        assert secret not in found


def test_what_is_in_order_passes(tmp_path: Path):
    done = outcome(tmp_path, IN_ORDER)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 secrets looked for" in done.stdout
    assert "none found" in done.stdout
