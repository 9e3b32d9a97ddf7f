"""Who runs Postgres: ourselves, or, because Postgres refuses root, an account that root steps down to."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest
from tests.support.outside import hold, interpreter, python_path

from schemactl import servers
from schemactl.core.errors import ServerError
from schemactl.servers import account as accounts
from schemactl.servers.account import choose
from schemactl.servers.binaries import embedded

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down to another account")


def run(program: str, *before: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a Python program after the words `before`."""
    return subprocess.run(
        [*before, interpreter(), "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": python_path()} | environment,
    )


@as_root
def test_root_steps_down(kind: str, scratch: Path) -> None:
    held = hold(kind, "plain", {"TMPDIR": str(scratch)})
    try:
        assert held.postmaster.username() == choose().name != "root"
        assert held.keeper.username() == choose().name
        assert held.directory.stat().st_mode & 0o777 == 0o700
    finally:
        held.process.communicate()


@as_root
def test_an_ordinary_user_runs_it_himself(kind: str, scratch: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    try:
        interpreter(nobody.pw_uid)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    environment = {"TMPDIR": str(scratch), "SCHEMACTL_CACHE_DIR": str(scratch / "cache"), "HOME": str(scratch)}
    held = hold(kind, "supabase", environment, nobody.pw_uid)
    try:
        assert held.process.pid != held.postmaster.pid
        assert held.postmaster.uids().real == nobody.pw_uid
        assert (scratch / "cache").stat().st_uid == nobody.pw_uid
        with psycopg.connect(f"host={held.directory} user=postgres dbname=postgres") as session:
            assert session.execute("select count(*) from pg_database where datname ~ '^schemactl'").fetchone() == (2,)
    finally:
        held.process.communicate()
    assert held.gone()


@as_root
def test_programs_out_of_reach_are_copied_to_the_cache(scratch: Path) -> None:
    package = embedded(choose()).directory.parents[1]
    private = scratch / "private"
    private.mkdir(mode=0o700)
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, private / part.name, ignore=shutil.ignore_patterns("include", "*.a"))
    program = (
        "from schemactl import servers, servers as s\n"
        "from schemactl.servers.account import choose\n"
        "from schemactl.servers.binaries import embedded\n"
        "print(embedded(choose()).directory)\n"
        "with servers.start() as server: print(server.major)"
    )
    path = os.pathsep.join([str(private), python_path()])
    for _ in range(2):
        done = run(program, PYTHONPATH=path, TMPDIR=str(scratch), SCHEMACTL_CACHE_DIR=str(scratch / "cache"))
        assert done.returncode == 0, done.stderr
        directory, major = done.stdout.split()
        assert Path(directory).is_relative_to(scratch / "cache" / "binaries")
        assert int(major) >= 18


@as_root
def test_a_named_directory_out_of_reach_is_an_error(scratch: Path) -> None:
    private = scratch / "private"
    private.mkdir(mode=0o700)
    for name in ("postgres", "initdb"):
        (private / name).touch(mode=0o755)
    with pytest.raises(ServerError, match=f"cannot enter {private}") as caught, servers.start(f"local:{private}"):
        pass
    assert caught.value.exit_code == 3
    assert "ordinary user" in str(caught.value.hint)


@as_root
def test_a_cache_out_of_reach_is_an_error(kind: str, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private = scratch / "private"
    private.mkdir(mode=0o700)
    monkeypatch.setenv("SCHEMACTL_CACHE_DIR", str(private))
    with pytest.raises(ServerError, match=f"cannot enter {private}") as caught, servers.start(kind):
        pass
    assert "SCHEMACTL_CACHE_DIR" in str(caught.value.hint)


@as_root
def test_nobody_to_step_down_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "STEP_DOWN", ("no-such-account",))
    with pytest.raises(ServerError, match="refuses to run as root") as caught, servers.start():
        pass
    assert caught.value.exit_code == 3


@as_root
def test_root_without_the_right_to_change_user(kind: str, scratch: Path) -> None:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("no setpriv to take the right away with")
    program = (
        "import sys\nfrom schemactl import servers\nfrom schemactl.core.errors import ServerError\n"
        f"try:\n  with servers.start({kind!r}): pass\n"
        "except ServerError as error: print(error, error.hint); sys.exit(error.exit_code)"
    )
    done = run(program, setpriv, "--bounding-set", "-setuid,-setgid")
    assert done.returncode == 3, done.stderr
    assert "CAP_SETUID" in done.stdout


def test_the_first_directory_that_stops_an_account_is_named(scratch: Path) -> None:
    inner = scratch / "outer" / "inner"
    inner.mkdir(parents=True)
    stranger = accounts.Account("somebody", 54321, 54321, stepped_down=True)
    owner = accounts.Account("owner", inner.stat().st_uid, 54321, stepped_down=True)
    inner.parent.chmod(0o755)
    assert stranger.barrier(inner) is None
    inner.parent.chmod(0o700)
    assert stranger.barrier(inner) == inner.parent
    assert owner.barrier(inner) is None
