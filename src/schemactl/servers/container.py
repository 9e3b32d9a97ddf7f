"""`container`: Postgres from any image that honours POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemactl.core.errors import ServerError
from schemactl.core.events import Finished, Listener, Started
from schemactl.servers.address import Address
from schemactl.servers.install import install, set_password
from schemactl.servers.presets import Preset
from schemactl.servers.server import RestartMode, Running
from schemactl.servers.spec import Spec

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

PORT = 5432
SIGNALS = {"fast": "SIGINT", "immediate": "SIGQUIT"}
START_TIMEOUT = 120.0
RUN_LABEL = "schemactl.run"
OWNER_LABELS = ("schemactl.host", "schemactl.pid", "schemactl.since")
TEMPLATE = "schemactl_preset"
# The same as the servers of our own have. Images start with what the image's own command says, and these after it.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "logical",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
}


@contextmanager
def run_container(spec: Spec, preset: Preset, listener: Listener) -> Iterator[Running]:
    """A server in a container of its own, removed afterwards, SIGKILL included.

    Raises ServerError where no Docker engine answers, the image is not to be had, or Postgres does not come up in it.
    """
    image = spec.argument or ""
    container, published = _prepare(image, listener)
    password = secrets.token_urlsafe(24)
    run = secrets.token_hex(4)
    container.with_envs(POSTGRES_USER=preset.superuser, POSTGRES_PASSWORD=password, POSTGRES_DB="postgres")
    container.with_kwargs(labels={RUN_LABEL: run, **_owner()})
    with _watchdog(run), _started(container, image):
        login = {"user": preset.superuser, "password": password, "dbname": "postgres"}
        own = container.get_docker_client().bridge_ip(container.get_container_id())
        # From inside another container the published port is out of reach, but the container itself is not.
        places = [published, (own, PORT)]
        address = _await_ready(container, [Address({"host": h, "port": str(p), **login}) for h, p in places])
        provider = f"container:{image}"
        notes = install(address, preset, TEMPLATE, provider)
        set_password(address, preset.migration_role, password)
        yield Running(
            provider=provider,
            address=address,
            preset=preset,
            template=TEMPLATE,
            prefix=f"schemactl_{run}_",
            notes=notes,
            restart=lambda mode: _restart(container, address, mode),
        )


def _prepare(image: str, listener: Listener) -> "tuple[DockerContainer, tuple[str, int]]":
    """The container as it will be created, our settings after its own command, and where its port will be published."""
    import docker.errors
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer

    # Our watchdog does the reaper's work, and needs no image that may be out of reach.
    testcontainers_config.ryuk_disabled = True
    try:
        container = DockerContainer(image)
        engine = container.get_docker_client().client
        engine.ping()
    except (docker.errors.DockerException, OSError) as error:
        raise ServerError(
            f"no Docker engine answers: {error}",
            hint="Start Docker, set DOCKER_HOST, or use a server that needs none: `--postgres embedded`.",
        ) from error
    _sweep(engine)
    try:
        command = _image(engine, image, listener).attrs["Config"].get("Cmd")
    except docker.errors.DockerException as error:
        raise ServerError(
            f"the image {image} is not here and cannot be pulled: {error}", hint="`docker pull` says more."
        ) from error
    if not command or command[0] == "postgres":
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        container.with_command([*(command or ["postgres"]), *settings])
    # A fixed port: Docker would choose another at each restart. On loopback only, where the engine is on this machine.
    port = _free_port()
    here = engine.api.base_url.startswith(("http+docker://", "npipe://"))
    ports: dict[str, Any] = container.ports
    ports[f"{PORT}/tcp"] = ("127.0.0.1", port) if here else port
    return container, ("127.0.0.1" if here else container.get_docker_client().host(), port)


def _image(engine: Any, image: str, listener: Listener) -> Any:
    import docker.errors

    try:
        return engine.images.get(image)
    except docker.errors.ImageNotFound:
        task = f"pulling {image}"
        listener(Started(task))
        try:
            return engine.images.pull(image)
        finally:
            listener(Finished(task))


@contextmanager
def _started(container: "DockerContainer", image: str) -> Iterator[None]:
    import docker.errors

    try:
        container.start()
    except docker.errors.DockerException as error:
        container.stop()
        raise ServerError(f"the container of {image} does not start: {error}") from error
    try:
        yield
    finally:
        with contextlib.suppress(docker.errors.NotFound):
            container.stop()


def _await_ready(container: "DockerContainer", addresses: list[Address]) -> Address:
    """The first of `addresses` at which the server answers, and one after it only when the first never will.

    Raises ServerError with the end of the container's log when it ends before, or takes too long.
    """
    wrapped = container.get_wrapped_container()
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        wrapped.reload()
        if wrapped.status not in {"created", "running"}:
            break
        answering = next(filter(_answers, addresses), None)
        if answering is not None:
            # It may have come up between the two looks.
            return addresses[0] if _answers(addresses[0]) else answering
        time.sleep(0.02)
    tail = wrapped.logs(tail=15).decode(errors="replace").strip()
    raise ServerError(f"Postgres does not come up in the container ({wrapped.status}):\n{tail}")


def _answers(address: Address) -> bool:
    import psycopg

    try:
        psycopg.connect(address.admin_dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _restart(container: "DockerContainer", address: Address, mode: RestartMode) -> None:
    wrapped = container.get_wrapped_container()
    wrapped.kill(signal=SIGNALS[mode])
    wrapped.wait()
    wrapped.start()
    _await_ready(container, [address])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _watchdog(run: str) -> Iterator[None]:
    """A process that removes the containers of `run` when we are gone without having said goodbye."""
    script = Path(__file__).with_name("watchdog.py")
    process = subprocess.Popen(
        [sys.executable, str(script), f"{RUN_LABEL}={run}"], stdin=subprocess.PIPE, start_new_session=True, cwd="/"
    )
    try:
        yield
    finally:
        process.communicate(b"done")


def _owner() -> dict[str, str]:
    import psutil

    since = str(psutil.Process().create_time())
    return dict(zip(OWNER_LABELS, (socket.gethostname(), str(os.getpid()), since), strict=True))


def _sweep(engine: Any) -> None:
    """Remove the containers of runs on this machine that are no more."""
    import docker.errors

    for container in engine.containers.list(all=True, filters={"label": RUN_LABEL}):
        if _is_orphan(container.labels):
            with contextlib.suppress(docker.errors.DockerException):
                container.remove(force=True, v=True)


def _is_orphan(labels: dict[str, str]) -> bool:
    import psutil

    host, pid, since = (labels.get(name, "") for name in OWNER_LABELS)
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        return str(psutil.Process(int(pid)).create_time()) != since
    except psutil.NoSuchProcess:
        return True
