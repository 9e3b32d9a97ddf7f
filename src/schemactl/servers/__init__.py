"""Throwaway Postgres: a server that did not exist a moment ago, and is gone when you leave it.

    with servers.start("embedded", preset="supabase") as server:
        database = server.create_database()
        with psycopg.connect(database.dsn) as connection: ...
        copy = server.clone(database)

`for_project` takes the configuration, `start` what stands in it; everything else is the `Server` they yield.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import assert_never

from schemactl.core.config import Config, Grants
from schemactl.core.events import Listener, Note, ignore
from schemactl.core.versions import other_version
from schemactl.servers import presets
from schemactl.servers.server import Capabilities, Database, RestartMode, Server
from schemactl.servers.spec import Kind, parse

__all__ = ["Capabilities", "Database", "RestartMode", "Server", "for_project", "start"]


def for_project(
    config: Config, *, kept: str | None = None, listener: Listener = ignore
) -> AbstractContextManager[Server]:
    """`start` as the configuration says."""
    return start(
        config.postgres,
        preset=config.preset,
        grants=config.grants,
        root=config.root,
        kept=kept,
        expected=config.postgres_version,
        listener=listener,
    )


@contextmanager
def start(
    spec: str = "embedded",
    *,
    preset: str | Path = "plain",
    grants: Grants = Grants.LEGACY,
    root: Path = Path(),
    tcp: bool = False,
    kept: str | None = None,
    expected: int | None = None,
    listener: Listener = ignore,
) -> Iterator[Server]:
    """A server as `spec` says, its new databases prepared by `preset` (a name, or a .sql file relative to `root`).

    On leaving, the server or, where it was there before, everything made on it is gone. `tcp` makes it listen on
    loopback, for clients that know no Unix sockets. `kept` is a name that an earlier run gave to `Server.keep`: the
    server begins with what it kept, where that is there still. `expected` is the major version that the user wants to
    know about. `listener` hears what takes long, what the preset had to leave out, and of another version.
    Raises ConfigError for a bad spec or preset, ServerError when the server cannot be had.
    """
    chosen = parse(spec)
    prepared = presets.load(preset, grants, root)
    match chosen.kind:
        case Kind.EMBEDDED | Kind.LOCAL:
            from schemactl.servers.installed import run_installed

            running = run_installed(chosen, prepared, tcp=tcp, listener=listener, kept=kept)
        case Kind.CONTAINER:
            from schemactl.servers.container import run_container

            running = run_container(chosen, prepared, listener)
        case Kind.EXISTING:
            from schemactl.servers.existing import use_existing

            running = use_existing(chosen, prepared)
        case _:
            assert_never(chosen.kind)
    with running as facts:
        server = Server(facts)
        for note in facts.notes:
            listener(Note(note))
        if expected is not None and server.major != expected:
            listener(Note(other_version(server.major, expected), warning=True))
        try:
            yield server
        finally:
            server.close()
