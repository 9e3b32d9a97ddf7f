"""A schema from wherever it is: a live database, a folder of migrations, a git ref, a stored snapshot."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from schemactl.catalog.scope import Scope
from schemactl.catalog.snapshot import Snapshot, from_json, take, take_over
from schemactl.core import config as configuration
from schemactl.core.config import Config
from schemactl.core.errors import ServerError, UsageError
from schemactl.core.events import Listener, Note, ignore
from schemactl.core.versions import other_version
from schemactl.db.project import SCHEME, is_project
from schemactl.migrations.files import load
from schemactl.migrations.model import Folder
from schemactl.migrations.revision import checked_out

if TYPE_CHECKING:
    from schemactl.servers import Server

FORMS = "Give a folder of migrations, a snapshot file (.json), a DSN (postgresql://…, supabase://…), git:REF, or EMPTY."
NOTHING = "EMPTY"


class Kind(StrEnum):
    """What a source is."""

    DATABASE = "database"
    FOLDER = "folder"
    GIT = "git"
    SNAPSHOT = "snapshot"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Source:
    """A source as the person gave it; `text` without the prefix `git:`. An empty one is what the preset makes."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        if self.kind is Kind.DATABASE:
            from schemactl.db.dsn import place

            return place(self.text)
        return f"git:{self.text}" if self.kind is Kind.GIT else self.text


def recognise(text: str) -> Source:
    """What `text` names. Raises UsageError when it is none of the forms."""
    if text == NOTHING:
        return Source(Kind.EMPTY, "an empty database")
    if text.startswith("git:"):
        return Source(Kind.GIT, text.removeprefix("git:"))
    if text.startswith(("postgresql://", "postgres://", SCHEME)) or ("=" in text and not Path(text).exists()):
        from schemactl.db.dsn import resolve

        return Source(Kind.DATABASE, resolve(text, projects=True))
    path = Path(text)
    if path.is_dir():
        return Source(Kind.FOLDER, text)
    if path.is_file():
        return Source(Kind.SNAPSHOT, text)
    raise UsageError(f"no such folder or file: {text}", hint=FORMS)


class Reader:
    """Reads sources; the throwaway server that folders and git refs need starts with the first of them.

    Use it as a context manager: on leaving the server is gone.
    """

    def __init__(self, config: Config, scope: Scope, listener: Listener = ignore) -> None:
        self._config = config
        self._scope = scope
        self._listener = listener
        self._stack = ExitStack()
        self._server: Server | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def read(self, source: Source) -> Snapshot:
        """The schema of `source`. Raises what connecting, applying and reading raise, and UsageError for a bad ref."""
        match source.kind:
            case Kind.DATABASE:
                return self.snapshot(source.text)
            case Kind.FOLDER | Kind.GIT:
                with self.folder(source) as folder:
                    return self.applied(folder)
            case Kind.SNAPSHOT:
                return _stored(Path(source.text))
            case Kind.EMPTY:
                with self.server().database("source") as database:
                    return self.snapshot(database.dsn)

    def snapshot(self, dsn: str) -> Snapshot:
        """The schema of the database that `dsn` names, as far as the scope goes. Raises ServerError."""
        if is_project(dsn):
            return self._project(dsn)
        import psycopg

        from schemactl.db.connect import connect
        from schemactl.db.failure import reason_of

        with closing(connect(dsn)) as connection:
            try:
                return take(connection, schemas=self._scope.schemas, excluded=self._scope.excluded)
            except psycopg.Error as error:
                raise ServerError(f"the catalogs could not be read: {reason_of(error, dsn)}") from error

    def _project(self, dsn: str) -> Snapshot:
        from schemactl.db.channel import QueryRefused
        from schemactl.db.managed import open_project

        with closing(open_project(dsn, listener=self._listener)) as project:
            try:
                return take_over(project, schemas=self._scope.schemas, excluded=self._scope.excluded)
            except QueryRefused as refused:
                raise ServerError(f"the catalogs could not be read: {refused.reason}") from None

    def applied(self, folder: Folder) -> Snapshot:
        """The schema that `folder` makes of an empty database. Raises what applying raises."""
        with self.server().database("source") as database:
            self.apply(folder, database.dsn)
            return self.snapshot(database.dsn)

    def tell_version(self, live: Snapshot) -> None:
        """Warn where the throwaway server is of another major version than a database, unless its start said so."""
        here, there = self.server().major, live.server_version // 10000
        if here != there != self._config.postgres_version:
            self._listener(Note(other_version(here, there), warning=True))

    def apply(self, folder: Folder, dsn: str) -> None:
        """Apply `folder` to a throwaway database. Raises what applying raises."""
        from schemactl.apply import engine
        from schemactl.apply.history_table import HistoryTable
        from schemactl.apply.session import Session
        from schemactl.apply.settings import Settings

        with closing(Session(dsn, listener=self._listener)) as session:
            engine.apply(engine.Request(folder), session, HistoryTable(), Settings())

    @contextmanager
    def folder(self, source: Source) -> Iterator[Folder]:
        """The migrations that a folder or a git ref holds. Raises ConfigError, and UsageError for a bad ref."""
        if source.kind is Kind.GIT:
            with checked_out(source.text, self._config) as path:
                yield load(path)
        else:
            yield load(_migrations(Path(source.text)))

    def server(self) -> "Server":
        """The throwaway server; it starts when first asked for."""
        from schemactl import servers

        if self._server is None:
            self._server = self._stack.enter_context(servers.for_project(self._config, listener=self._listener))
        return self._server


def _migrations(folder: Path) -> Path:
    """The folder of migrations: that of the project which `folder` is, or `folder` itself."""
    found = configuration.load(folder)
    is_project = found.source is not None and found.root.resolve() == folder.resolve()
    return found.migrations_path if is_project else folder


def _stored(path: Path) -> Snapshot:
    try:
        return from_json(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
