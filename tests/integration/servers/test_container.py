"""Servers in containers, for real."""

import os
import signal
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from tests.support.outside import interpreter, python_path, wait_until

from schemactl import servers
from schemactl.core.errors import ServerError
from schemactl.servers import Server


@pytest.fixture(scope="module")
def contained(container_image: str) -> Iterator[Server]:
    with servers.start(f"container:{container_image}", preset="supabase") as server:
        yield server


def labelled(label: str) -> set[str]:
    import docker

    engine = docker.from_env()
    try:
        return {container.id for container in engine.containers.list(all=True, filters={"label": label})}
    finally:
        engine.close()


def test_the_preset_is_there(contained: Server) -> None:
    with contained.database() as database, psycopg.connect(database.dsn) as session:
        row = session.execute(
            "select current_user, rolsuper, to_regclass('auth.users') is not null from pg_roles"
            " where rolname = current_user"
        ).fetchone()
        assert row == ("postgres", False, True)
    assert contained.capabilities.notes == ()
    assert {"pgcrypto", "uuid-ossp"} <= contained.capabilities.extensions


def test_settings_are_those_of_the_other_servers(contained: Server) -> None:
    with psycopg.connect(contained.admin_dsn) as session:
        for name, value in {"fsync": "off", "wal_level": "logical", "autovacuum": "off", "jit": "off"}.items():
            assert session.execute(f"show {name}".encode()).fetchone() == (value,)


def test_clones(contained: Server) -> None:
    with contained.database() as database:
        with psycopg.connect(database.dsn) as session:
            session.execute("create table notes as select 1 as n")
        copy = contained.clone(database)
        with psycopg.connect(copy.dsn) as session:
            assert session.execute("select n from notes").fetchone() == (1,)
        contained.drop(copy)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_commits_survive_a_restart_and_the_address_stays(contained: Server, mode) -> None:
    with contained.database() as database:
        with psycopg.connect(database.dsn) as session:
            session.execute("create table kept ()")
        contained.restart(mode)
        with psycopg.connect(database.dsn) as session:
            assert session.execute("select to_regclass('kept') is not null").fetchone() == (True,)


def test_it_is_published_on_loopback_only(contained: Server) -> None:
    assert "@127.0.0.1:" in contained.admin_dsn


def test_nothing_is_left_after_sigkill(container_image: str) -> None:
    program = (
        "import sys\nfrom schemactl import servers\n"
        f"with servers.start('container:{container_image}'): print('up', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [interpreter(), "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": python_path()},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    of_the_process = f"schemactl.pid={process.pid}"
    assert len(labelled(of_the_process)) == 1
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not labelled(of_the_process), 30)


def test_the_next_start_sweeps_what_even_the_watchdog_left(container_image: str) -> None:
    import docker

    engine = docker.from_env()
    labels = {"schemactl.run": "ffffffff", "schemactl.host": os.uname().nodename, "schemactl.since": "0"}
    orphan = engine.containers.create(container_image, labels=labels | {"schemactl.pid": str(os.getpid())})
    stranger = engine.containers.create(
        container_image, labels={"schemactl.run": "eeeeeeee", "schemactl.host": "elsewhere"}
    )
    try:
        with servers.start(f"container:{container_image}"):
            left = labelled("schemactl.run")
            assert orphan.id not in left
            assert stranger.id in left
    finally:
        stranger.remove()
        engine.close()


def test_an_image_that_is_no_postgres_says_what_it_wrote(container_image: str) -> None:
    import docker

    engine = docker.from_env()
    broken = engine.containers.create(container_image, entrypoint=["/bin/sh", "-c", "echo no such luck; exit 3"])
    try:
        broken.commit("schemactl-ci/broken", "test")
    finally:
        broken.remove()
    try:
        with (
            pytest.raises(ServerError, match=r"(?s)exited.*no such luck"),
            servers.start("container:schemactl-ci/broken:test"),
        ):
            pass
    finally:
        engine.images.remove("schemactl-ci/broken:test", force=True)
        engine.close()


def test_an_image_that_is_not_to_be_had(container_image: str) -> None:
    name = f"{container_image}-no-such-tag"
    with pytest.raises(ServerError, match="cannot be pulled") as caught, servers.start(f"container:{name}"):
        pass
    assert caught.value.exit_code == 3


def test_no_engine() -> None:
    # In a process of its own: docker's client leaves a socket open when it finds nobody there.
    program = (
        "import sys\nfrom schemactl import servers\nfrom schemactl.core.errors import ServerError\n"
        "try:\n  with servers.start('container:postgres:17'): pass\n"
        "except ServerError as error: print(error, error.hint); sys.exit(error.exit_code)"
    )
    nowhere = {"PYTHONPATH": python_path(), "DOCKER_HOST": "unix:///nonexistent/docker.sock"}
    done = subprocess.run(
        [interpreter(), "-c", program], capture_output=True, text=True, check=False, env=os.environ | nowhere
    )
    assert done.returncode == 3
    assert "no Docker engine answers" in done.stdout
    assert "--postgres embedded" in done.stdout
