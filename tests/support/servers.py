"""Throwaway servers for the whole suite: one of a kind and preset for each worker, started when first asked for.

`server` and `database` run a test on every kind there is, with the supabase preset; `plain_server` and `plain_database`
do the same with nothing prepared; `embedded_server` and `embedded_database` are for tests to which the version does
not matter, and `every_spec` adds containers. Marked `every_major` a test runs on more versions: `tests.support.majors`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from schemactl import servers
from schemactl.core.errors import ServerError
from schemactl.servers import Database, Server

IMAGE_VARIABLE = "SCHEMACTL_TEST_CONTAINER_IMAGE"

Throwaway = Callable[[str, str], Server]


def unavailable(reason: str) -> None:
    """Skip, saying why; where everything must be tested, on CI, fail instead."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"on CI nothing is skipped: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def throwaway() -> Iterator[Throwaway]:
    """`throwaway(spec, preset)`: the worker's server of that kind."""
    started: dict[tuple[str, str], Server] = {}
    with ExitStack() as stack:

        def get(spec: str, preset: str) -> Server:
            if (spec, preset) not in started:
                try:
                    started[spec, preset] = stack.enter_context(servers.start(spec, preset=preset))
                except ServerError as error:
                    if spec == "local" and "no PostgreSQL server programs" in error.message:
                        unavailable(error.message)
                    raise
            return started[spec, preset]

        yield get


@pytest.fixture(scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """The kinds of server that need nothing but programs; `tests.support.majors` says which."""
    return str(request.param)


@pytest.fixture(scope="session")
def every_spec(request: pytest.FixtureRequest) -> str:
    """What `--postgres` says for each kind of server, containers too."""
    if request.param == "container":
        return f"container:{request.getfixturevalue('container_image')}"
    return str(request.param)


@pytest.fixture(scope="session")
def server(throwaway: Throwaway, kind: str) -> Server:
    """A server with the supabase preset; on every kind."""
    return throwaway(kind, "supabase")


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """A fresh database with the supabase preset; on every kind."""
    with server.database("test") as fresh:
        yield fresh


@pytest.fixture(scope="session")
def plain_server(throwaway: Throwaway, kind: str) -> Server:
    """A server with nothing prepared; on every kind."""
    return throwaway(kind, "plain")


@pytest.fixture
def plain_database(plain_server: Server) -> Iterator[Database]:
    """A fresh, empty database; on every kind."""
    with plain_server.database("test") as fresh:
        yield fresh


@pytest.fixture(scope="session")
def embedded_server(throwaway: Throwaway) -> Server:
    """The embedded server with the supabase preset."""
    return throwaway("embedded", "supabase")


@pytest.fixture
def embedded_database(embedded_server: Server) -> Iterator[Database]:
    """A fresh database with the supabase preset on the embedded server."""
    with embedded_server.database("test") as fresh:
        yield fresh


@pytest.fixture(scope="session")
def container_image() -> str:
    """The image that container tests run."""
    image = os.environ.get(IMAGE_VARIABLE)
    if not image:
        unavailable(f"{IMAGE_VARIABLE} names no image; .ci/container-image.sh makes one")
    assert image
    return image
