"""Made clusters: initdb and preset once, kept in the cache, copied by every start."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemactl.core.errors import ServerError
from schemactl.core.events import Finished, Listener, Started
from schemactl.core.resources import read_text
from schemactl.core.versions import require_supported
from schemactl.servers.account import Account
from schemactl.servers.binaries import Binaries
from schemactl.servers.cache import VARIABLE, cache_directory, locked, locked_now, make_directory
from schemactl.servers.environment import clean_environment
from schemactl.servers.install import install, set_password
from schemactl.servers.postmaster import Login, postmaster
from schemactl.servers.presets import Preset
from schemactl.servers.run_directory import RunDirectory, run_directory

FORMAT = "1"
TEMPLATE = "schemactl_preset"
KEEP = 24
KEEP_OF_CALLERS = 4
LARGEST_KEPT = 256 * 1024**2
"""Bytes of a cluster that is kept for a caller: with the number above, 1 GiB at most for all of them."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A stopped cluster in the cache. The password opens TCP connections; the socket needs none."""

    data: Path
    password: str
    notes: tuple[str, ...]
    kept: bool = False


@contextmanager
def cached_cluster(
    binaries: Binaries, preset: Preset, account: Account, listener: Listener, kept: str | None = None
) -> Iterator[Cluster]:
    """The cluster for these programs and this preset, made if need be; not evicted while the context lasts.

    One that was kept under the name `kept` comes first, where it is there still.
    Raises ServerError when initdb fails or the cache cannot be used.
    """
    entry = _home(account) / _key(binaries, preset)
    if kept:
        other = _kept_home(account) / f"{entry.name}-{kept}"
        if other.is_dir():
            with locked(other.with_suffix(".lock"), fcntl.LOCK_SH):
                if other.is_dir():
                    yield _cluster(other, kept=True)
                    return
    with _preset_cluster(entry, binaries, preset, account, listener) as cluster:
        yield cluster


def keep_cluster(run: RunDirectory, name: str, binaries: Binaries, preset: Preset, account: Account) -> None:
    """Keep the stopped cluster of a run under `name` for later runs, unless it is too large; the oldest ones go."""
    base = _home(account) / _key(binaries, preset)
    entry = _kept_home(account) / f"{base.name}-{name}"
    if sum(file.stat().st_size for file in run.data.rglob("*") if file.is_file()) > LARGEST_KEPT:
        return
    make_directory(entry.parent)
    with locked(entry.with_suffix(".lock"), fcntl.LOCK_EX):
        if not entry.is_dir():
            building = entry.with_suffix(".building")
            shutil.rmtree(building, ignore_errors=True)
            facts = json.loads((base / "facts.json").read_text(encoding="utf-8"))
            _store(run.data, building, facts, account)
            building.rename(entry)
    evict(entry.parent, spare=entry, most=KEEP_OF_CALLERS)


def _home(account: Account) -> Path:
    return cache_directory() / "clusters" / str(account.uid)


def _kept_home(account: Account) -> Path:
    return cache_directory() / "kept" / str(account.uid)


def _cluster(entry: Path, *, kept: bool = False) -> Cluster:
    os.utime(entry)
    facts = json.loads((entry / "facts.json").read_text(encoding="utf-8"))
    return Cluster(entry / "data", facts["password"], tuple(facts["notes"]), kept)


@contextmanager
def _preset_cluster(
    entry: Path, binaries: Binaries, preset: Preset, account: Account, listener: Listener
) -> Iterator[Cluster]:
    lock = entry.with_suffix(".lock")
    while True:
        if not entry.is_dir():
            with locked(lock, fcntl.LOCK_EX):
                if not entry.is_dir():
                    task = f"making the {binaries.provider} cluster, once"
                    listener(Started(task))
                    try:
                        _make(entry, binaries, preset, account)
                    finally:
                        listener(Finished(task))
            evict(entry.parent, spare=entry)
        with locked(lock, fcntl.LOCK_SH):
            if entry.is_dir():  # until now another process may have evicted it
                yield _cluster(entry)
                return


def _key(binaries: Binaries, preset: Preset) -> str:
    parts = (FORMAT, binaries.identity, preset.fingerprint, _settings())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def _settings() -> str:
    return read_text("schemactl.servers", "postgresql.conf")


def _make(entry: Path, binaries: Binaries, preset: Preset, account: Account) -> None:
    building = entry.with_suffix(".building")
    make_directory(entry.parent)
    barrier = account.barrier(entry.parent)
    if barrier is not None:
        raise ServerError(
            f"the account {account.name}, which runs Postgres because root may not, cannot enter {barrier}",
            hint=f"Set {VARIABLE} to a directory that it may enter, or run schemactl as an ordinary user.",
        )
    shutil.rmtree(building, ignore_errors=True)
    password = secrets.token_urlsafe(24)
    with run_directory(account) as run:
        _initdb(run, binaries, preset, password, account)
        with postmaster(run, None, binaries, account, Login(preset.superuser, password)) as started:
            notes = install(started.address, preset, TEMPLATE, binaries.provider)
            set_password(started.address, preset.migration_role, password)
            started.stop()
            _store(run.data, building, {"password": password, "notes": notes}, account)
    building.rename(entry)


def _store(data: Path, building: Path, facts: Mapping[str, object], account: Account) -> None:
    building.mkdir(mode=0o700)
    file = building / "facts.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(facts), encoding="utf-8")
    account.own(building)
    _program(["cp", "-R", str(data), str(building / "data")], account, "copying the new cluster into the cache")


def _initdb(run: RunDirectory, binaries: Binaries, preset: Preset, password: str, account: Account) -> None:
    major = binaries.major()
    require_supported(major * 10000)
    secret = run.path / "password"
    secret.touch(mode=0o600)
    account.own(secret)
    secret.write_text(password, encoding="utf-8")
    locale = ["--locale=C.UTF-8"] if sys.platform == "linux" else ["--locale=C"]
    if major >= 17:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _program(
        [
            *(str(binaries.directory / "initdb"), "-D", str(run.data), "-U", preset.superuser, f"--pwfile={secret}"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", *locale),
            *("--wal-segsize=1", "--no-sync", "--no-instructions"),
        ],
        account,
        "initdb",
    )
    secret.unlink()
    with (run.data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(_settings())


def _program(command: list[str], account: Account, what: str) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", env=clean_environment(), **account.spawn
    )
    if done.returncode != 0:
        raise ServerError(f"{what} failed as the account {account.name}: {done.stderr.strip()}")


def evict(home: Path, spare: Path, most: int = KEEP) -> None:
    """Keep the clusters used last, and none half made by a killed run; one that is in use right now stays."""
    made = sorted((path for path in home.iterdir() if not path.suffix), key=lambda path: path.stat().st_mtime)
    for entry in (*made[:-most], *home.glob("*.building")):
        if entry != spare:
            with locked_now(entry.with_suffix(".lock")) as free:
                if free:
                    shutil.rmtree(entry, ignore_errors=True)
