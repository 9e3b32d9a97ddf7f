"""Which version a throwaway server is of: what `local:16` takes, and what is said where it is the wrong one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import majors
from tests.support.servers import Throwaway, unavailable

from schemactl import servers
from schemactl.core import versions
from schemactl.core.config import Config
from schemactl.core.errors import ServerError
from schemactl.core.events import Event, Note
from schemactl.db.connect import connect
from schemactl.servers import Server
from schemactl.servers.account import choose
from schemactl.servers.binaries import installed, local


@pytest.fixture
def packages(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where packages put programs: 9 and 17 beside what is no version; nothing on PATH."""
    for name in ("9", "17", "wizard"):
        folder = scratch / name / "bin"
        folder.mkdir(parents=True, mode=0o755)
        for program in ("postgres", "initdb"):
            (folder / program).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {name}.3'\n")
            (folder / program).chmod(0o755)
    (scratch / "18" / "bin").mkdir(parents=True)
    monkeypatch.setattr("schemactl.servers.binaries.PLACES", (f"{scratch}/*/bin",))
    monkeypatch.setenv("PATH", str(scratch))
    return scratch


def test_packages_are_found_from_the_newest_down(packages: Path) -> None:
    assert installed() == (packages / "17" / "bin", packages / "9" / "bin")
    assert local(None, choose()).directory == packages / "17" / "bin"
    assert local("17", choose()).directory == packages / "17" / "bin"


def test_path_counts_before_packages_unless_a_version_is_asked_for(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(packages / "9" / "bin"))
    assert local(None, choose()).directory == packages / "9" / "bin"
    assert local("17", choose()).directory == packages / "17" / "bin"


def test_a_version_that_is_not_there_is_told_with_those_that_are(packages: Path) -> None:
    with pytest.raises(ServerError) as caught:
        local("16", choose())
    assert "no server programs of PostgreSQL 16 found" in caught.value.message
    assert f"9 in {packages}/9/bin, 17 in {packages}/17/bin" in caught.value.message
    assert "apt install postgresql-16" in str(caught.value.hint)
    assert caught.value.exit_code == 3


def test_a_version_gives_a_server_of_it(throwaway: Throwaway) -> None:
    major = throwaway("local", "plain").major
    with servers.start(f"local:{major}") as server:
        assert server.major == major
        assert server.provider == "local"


@pytest.fixture
def only_newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every server that there is to test with is too old."""
    with monkeypatch.context() as patched:
        patched.setattr(versions, "OLDEST", 40)
        yield


@pytest.mark.usefixtures("only_newer")
def test_programs_that_are_too_old_are_refused(kind: str, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMACTL_CACHE_DIR", str(scratch / "cache"))
    with (
        pytest.raises(ServerError, match="is not supported: schemactl works with 40 to") as caught,
        servers.start(kind),
    ):
        pass
    assert caught.value.exit_code == 3


def test_a_server_or_database_that_is_too_old_is_refused(plain_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    dsn, before = plain_server.admin_dsn, databases(plain_server)
    monkeypatch.setattr(versions, "OLDEST", 40)
    refused = f"PostgreSQL {plain_server.major} is not supported"
    with pytest.raises(ServerError, match=refused), servers.start(f"existing:{dsn}"):
        pass
    with pytest.raises(ServerError, match=refused):
        connect(dsn)
    assert databases(plain_server) <= before  # what other tests leave may be dropped meanwhile


def databases(server: Server) -> set[str]:
    import psycopg

    with psycopg.connect(server.admin_dsn) as connection:
        return {name for (name,) in connection.execute("select datname from pg_database").fetchall()}


@pytest.mark.parametrize("major", range(versions.OLDEST, versions.NEWEST + 1))
def test_there_is_a_server_of_every_version_to_test_with(major: int, throwaway: Throwaway) -> None:
    if major not in majors.specs():
        unavailable(f"no PostgreSQL {major} to test with: {majors.VARIABLE}=/path/to/{major}/bin names its programs")
    assert throwaway(majors.specs()[major], "plain").major == major


@pytest.mark.parametrize("off", [0, 1])
def test_another_version_than_the_databases_is_told(embedded_server: Server, off: int) -> None:
    told: list[Event] = []
    expected = embedded_server.major - off
    with servers.for_project(Config(postgres_version=expected), listener=told.append):
        pass
    warnings = [event.message for event in told if isinstance(event, Note) and event.warning]
    assert len(warnings) == off
    assert all(f"`--postgres local:{expected}`" in warning for warning in warnings)
