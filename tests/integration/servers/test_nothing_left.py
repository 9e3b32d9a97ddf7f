"""Nothing is left behind, however schemactl ends; and nobody else's server is touched."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.support.outside import Held, end, hold, interpreter, python_path, wait_until

from schemactl import servers
from schemactl.servers.account import choose
from schemactl.servers.run_directory import PREFIX, sweep


@pytest.fixture
def environment(scratch: Path) -> dict[str, str]:
    return {"TMPDIR": str(scratch)}


def left_in(scratch: Path) -> list[str]:
    return [path.name for path in scratch.iterdir() if path.name.startswith(PREFIX)]


@pytest.fixture
def held(kind: str, environment: dict[str, str]) -> Iterator[Held]:
    holding = hold(kind, "plain", environment)
    yield holding
    if holding.process.poll() is None:
        end(holding, signal.SIGKILL)


def test_after_success(held: Held, scratch: Path) -> None:
    assert left_in(scratch) == [held.directory.name]
    held.process.communicate(timeout=30)
    assert held.process.returncode == 0
    assert held.gone()
    assert left_in(scratch) == []


def test_after_an_exception(kind: str, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(scratch))

    def fail() -> None:
        with servers.start(kind) as server:
            server.create_database()
            assert len(left_in(scratch)) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert left_in(scratch) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGQUIT])
def test_after_a_signal(held: Held, number: signal.Signals, scratch: Path) -> None:
    assert end(held, number) != 0
    wait_until(held.gone)
    assert left_in(scratch) == []


def test_with_sessions_open_and_busy(held: Held, scratch: Path) -> None:
    dsn = f"postgresql://postgres@/postgres?host={held.directory}"
    with psycopg.connect(dsn) as session:
        session.execute("create table big as select generate_series(1, 100000)")
        end(held, signal.SIGKILL)
        wait_until(held.gone)
        with pytest.raises(psycopg.OperationalError):
            session.execute("select 1")
    assert left_in(scratch) == []


def orphan(kind: str, environment: dict[str, str]) -> Held:
    """A server whose owner and keeper were both killed."""
    holding = hold(kind, "plain", environment)
    holding.keeper.kill()
    end(holding, signal.SIGKILL)
    assert holding.postmaster.is_running()
    assert holding.directory.exists()
    return holding


def test_the_next_start_sweeps_orphans_and_spares_the_living(
    kind: str, held: Held, environment: dict[str, str], scratch: Path
) -> None:
    lost = orphan(kind, environment)
    after = hold(kind, "plain", environment)
    assert lost.gone()
    assert held.postmaster.is_running()
    assert sorted(left_in(scratch)) == sorted([held.directory.name, after.directory.name])
    end(after, signal.SIGTERM)
    wait_until(after.gone)


def test_a_sweep_takes_only_what_is_ours(scratch: Path) -> None:
    ours = scratch / f"{PREFIX}00000000"
    named_otherwise = scratch / "schemactl-notes"
    not_a_name = scratch / f"{PREFIX}my-backup"
    for path in (ours, named_otherwise, not_a_name):
        path.mkdir()
        (path / "file").touch()
    elsewhere = scratch / "precious"
    elsewhere.mkdir()
    link = scratch / f"{PREFIX}11111111"
    link.symlink_to(elsewhere)
    sweep(scratch, choose())
    assert not ours.exists()
    assert link.exists()
    assert elsewhere.exists()
    assert (named_otherwise / "file").exists()
    assert (not_a_name / "file").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another account's directory")
def test_a_sweep_leaves_another_accounts_directory(scratch: Path) -> None:
    theirs = scratch / f"{PREFIX}22222222"
    theirs.mkdir()
    os.chown(theirs, 12345, 12345)
    sweep(scratch, choose())
    assert theirs.exists()


def test_a_process_that_only_looks_into_an_orphan_is_not_killed(scratch: Path) -> None:
    stale = scratch / f"{PREFIX}33333333"
    (stale / "data").mkdir(parents=True)
    (stale / "log").touch()
    bystander = subprocess.Popen(["tail", "-f", stale / "log"])
    sweep(scratch, choose())
    assert not stale.exists()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_killed_while_making_the_cluster(kind: str, environment: dict[str, str], scratch: Path) -> None:
    fresh = environment | {"SCHEMACTL_CACHE_DIR": str(scratch / "cache")}
    making = subprocess.Popen(
        [interpreter(), "-c", f"from schemactl import servers\nwith servers.start({kind!r}): pass"],
        env=os.environ | {"PYTHONPATH": python_path()} | fresh,
    )
    wait_until(lambda: any((scratch / name / "data").exists() for name in left_in(scratch)))
    making.kill()
    making.wait()
    after = hold(kind, "plain", fresh)
    assert left_in(scratch) == [after.directory.name]
    end(after, signal.SIGTERM)
    wait_until(after.gone)
    assert left_in(scratch) == []
    assert sorted(path.suffix for path in (scratch / "cache").glob("clusters/*/*")) == ["", ".lock"]


def test_many_first_starts_at_once_make_one_cluster(kind: str, environment: dict[str, str], scratch: Path) -> None:
    fresh = environment | {"SCHEMACTL_CACHE_DIR": str(scratch / "cache")}
    program = f"from schemactl import servers\nwith servers.start({kind!r}) as s: s.create_database()"
    runs = [
        subprocess.Popen(
            [interpreter(), "-c", program],
            env=os.environ | {"PYTHONPATH": python_path()} | fresh,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for run in runs:
        _, errors = run.communicate(timeout=120)
        assert run.returncode == 0, errors
    assert left_in(scratch) == []
    assert sorted(path.suffix for path in (scratch / "cache").glob("clusters/*/*")) == ["", ".lock"]
