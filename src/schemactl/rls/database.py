"""Databases to test on: a throwaway one with the migrations applied, or one that is there, in a transaction undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemactl import servers
from schemactl.core.config import Config
from schemactl.core.errors import Place, StatementError
from schemactl.core.events import Listener
from schemactl.db.connect import connect
from schemactl.db.execute import attempt
from schemactl.migrations.files import load
from schemactl.migrations.model import Folder, Migration
from schemactl.sql.parse import parse
from schemactl.sql.transactions import control, runs_alone

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.servers import Database, Server


@contextmanager
def throwaway(config: Config, listener: Listener) -> "Iterator[tuple[Server, Database]]":
    """A server with a fresh database that holds the preset."""
    with servers.for_project(config, listener=listener) as server, server.database("rls") as database:
        yield server, database


def migrate(dsn: str, folder: Folder) -> None:
    """Apply every migration. Raises StatementError at the statement that fails."""
    connection = connect(dsn)
    try:
        for migration in folder.migrations:
            apply(connection, migration)
    finally:
        connection.close()


def apply(connection: "Connection", migration: Migration) -> None:
    """Apply one migration, in one transaction where it can run in one. Raises StatementError."""
    script = parse(migration.text, migration.file)
    statements = [statement for statement in script.statements if control(statement) is None]
    together = not any(runs_alone(statement) for statement in statements)
    if together:
        connection.execute("begin")
    for statement in statements:
        failure = attempt(connection, statement.text)
        if failure:
            if together:
                connection.execute("rollback")
            raise StatementError(
                f"the migration does not apply: {failure.sentence}",
                sqlstate=failure.sqlstate,
                place=Place(migration.file, statement.line, statement.column),
                hint="`schemactl verify` says more.",
            )
    if together:
        connection.execute("commit")


@contextmanager
def undone(connection: "Connection") -> Iterator[None]:
    """A transaction that leaves nothing behind, with limits that keep others from waiting for us."""
    connection.execute("begin; set local lock_timeout = '5s'")
    try:
        yield
    finally:
        connection.execute("rollback")


def folder_of(config: Config) -> Folder:
    """The configured migrations."""
    return load(config.migrations_path)
