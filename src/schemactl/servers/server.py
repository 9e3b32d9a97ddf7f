"""A running throwaway Postgres, and the databases that are made and dropped on it."""

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Literal

from schemactl.core.errors import ServerError
from schemactl.servers.address import Address
from schemactl.servers.extensions import explain_missing_extension
from schemactl.servers.presets import Preset

if TYPE_CHECKING:
    import psycopg

RestartMode = Literal["fast", "immediate"]
_KEPT = "schemactl_kept"


@dataclass(frozen=True, slots=True)
class Database:
    """A throwaway database. `dsn` logs in as `role`, which runs migrations, `superuser_dsn` as a superuser."""

    name: str
    role: str
    dsn: str = field(repr=False)
    superuser_dsn: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this server can do. `notes` says what the preset had to leave out."""

    can_restart: bool
    extensions: frozenset[str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """What a provider hands over: a server that answers and has the preset installed in the database `template`.

    `restart` is None where the server is not ours to restart. `file_copy`: copying files is the fast way to clone here.
    `keep` stops the server and keeps its cluster under a name; `begins_kept` says that it began with such a one.
    """

    provider: str
    address: Address
    preset: Preset
    template: str
    prefix: str
    notes: tuple[str, ...] = ()
    restart: Callable[[RestartMode], None] | None = None
    file_copy: bool = False
    keep: Callable[[str], None] | None = None
    begins_kept: bool = False


class Server:
    """Makes databases that hold the preset, clones them, drops them. Safe to share between threads.

    Attributes: `provider`, how the user asked for it; `preset`.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._numbers = count(1)
        self._templates: dict[str, Database] = {}
        self._lock = threading.RLock()
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        self.provider = running.provider
        self.preset = running.preset

    @property
    def admin_dsn(self) -> str:
        """The connection string of the superuser to a maintenance database."""
        return self._running.address.admin_dsn

    def dsn(self, dbname: str, user: str | None = None) -> str:
        """The connection string to `dbname` as the role `user`, by default the one that runs migrations."""
        return self._running.address.dsn(dbname, user or self._running.preset.migration_role)

    @cached_property
    def version(self) -> int:
        """The version as Postgres counts: 180006 is 18.6."""
        with self._admin() as connection:
            return connection.info.server_version

    @property
    def major(self) -> int:
        """The major version: 18."""
        return self.version // 10000

    @cached_property
    def capabilities(self) -> Capabilities:
        """What this server can do."""
        with self._admin() as connection:
            extensions = connection.execute("select name from pg_available_extensions").fetchall()
        return Capabilities(
            can_restart=self._running.restart is not None,
            extensions=frozenset(str(name) for (name,) in extensions),
            notes=self._running.notes,
        )

    def create_database(self, label: str = "db") -> Database:
        """A new database that holds the preset; `label` becomes part of its name, for the reader of a log."""
        return self._clone(self._running.template, label)

    def clone(self, source: Database, label: str = "clone") -> Database:
        """A copy of `source`, data and all, in milliseconds. Nobody may be connected to `source` meanwhile.

        Raises ServerError when somebody stays connected for more than five seconds.
        """
        return self._clone(source.name, label)

    def template(self, key: str, build: Callable[[Database], None]) -> Database:
        """The database for `key`, made by `build` the first time it is asked for. Clone it; leave it as it is."""
        with self._lock:
            if key not in self._templates:
                database = self.create_database("template")
                build(database)
                self._templates[key] = database
            return self._templates[key]

    def drop(self, database: Database) -> None:
        """Drop `database`, with whoever is connected to it; fine when it is gone already."""
        from psycopg import sql

        with self._admin() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database.name)))

    def roles(self) -> frozenset[str]:
        """The roles of the whole server, whichever database they were made in."""
        with self._admin() as connection:
            return frozenset(str(name) for (name,) in connection.execute("select rolname from pg_roles").fetchall())

    def drop_roles(self, names: Collection[str]) -> None:
        """Drop these roles; those that something still depends on stay."""
        import psycopg
        from psycopg import sql

        with self._admin() as connection:
            for name in sorted(names):
                with contextlib.suppress(psycopg.errors.DependentObjectsStillExist, psycopg.errors.UndefinedObject):
                    connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))

    @contextlib.contextmanager
    def database(self, label: str = "db") -> Iterator[Database]:
        """A new database that holds the preset, dropped afterwards."""
        database = self.create_database(label)
        try:
            yield database
        finally:
            self.drop(database)

    def restart(self, mode: RestartMode = "fast") -> None:
        """Restart the server: `fast` ends sessions and shuts down cleanly, `immediate` is a crash with recovery.

        Commits survive either. Raises ServerError where the server is not ours to restart.
        """
        if self._running.restart is None:
            raise ServerError(
                f"the server `{self.provider}` cannot be restarted from here",
                hint="Use `--postgres embedded`, `local` or `container:IMAGE` for checks that crash the server.",
            )
        with self._lock:
            self.close()
            self._running.restart(mode)

    def explain(self, sqlstate: str | None, message: str) -> str | None:
        """What to do about a failure when its cause is something that this server lacks; None when it is not."""
        return explain_missing_extension(sqlstate, message, self.provider)

    @property
    def kept(self) -> Database | None:
        """The database that an earlier run left by `keep`, where this server began with it."""
        return self._database(_KEPT) if self._running.begins_kept else None

    def keep(self, database: Database, name: str) -> None:
        """Stop the server and keep it with `database` for a `start(kept=name)`; it is of no use afterwards.

        Nothing happens where the server is not ours to keep, or would take too much room. Raises ServerError.
        """
        import psycopg
        from psycopg import sql

        if self._running.keep is None:
            return
        with self._lock:
            kept = sql.Identifier(_KEPT)
            try:
                with self._admin() as connection:
                    connection.execute(sql.SQL("drop database if exists {} with (force)").format(kept))
                    connection.execute(
                        sql.SQL("alter database {} rename to {}").format(sql.Identifier(database.name), kept)
                    )
            except psycopg.Error as error:
                raise ServerError(f"cannot keep database {database.name}: {error}") from error
            self.close()
            self._running.keep(name)

    def close(self) -> None:
        """Close the connection that this object keeps; it opens another when it needs one."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _clone(self, source: str, label: str) -> Database:
        import psycopg
        from psycopg import sql

        name = f"{self._running.prefix}{next(self._numbers)}_{label}"[:63]
        role = self._running.preset.migration_role
        create = sql.SQL("create database {} template {} owner {}").format(*map(sql.Identifier, (name, source, role)))
        if self._running.file_copy and self.major >= 15:
            create += sql.SQL(" strategy file_copy")
        try:
            with self._admin() as connection:
                connection.execute(create)
        except psycopg.errors.ObjectInUse as error:
            raise ServerError(
                f"cannot clone database {source}: somebody is still connected to it", hint=error.diag.message_detail
            ) from error
        return self._database(name)

    def _database(self, name: str) -> Database:
        role = self._running.preset.migration_role
        return Database(name, role, self.dsn(name), self._running.address.dsn(name))

    @contextlib.contextmanager
    def _admin(self) -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
        """The superuser's connection, one statement at a time; reopened after a restart."""
        import psycopg

        with self._lock:
            if self._connection is None or self._connection.closed:
                try:
                    self._connection = psycopg.connect(self.admin_dsn, autocommit=True)
                except psycopg.OperationalError as error:
                    raise ServerError(f"the server `{self.provider}` does not answer: {error}") from error
            yield self._connection
