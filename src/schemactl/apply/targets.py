"""The kinds of target: a server that we connect to, and a project behind the Supabase Management API."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from schemactl.apply import stores
from schemactl.apply.store import Store
from schemactl.core.events import Listener, ignore
from schemactl.db.channel import Channel, Direct
from schemactl.db.connect import connect
from schemactl.db.project import is_project
from schemactl.migrations.history import HistoryRow

if TYPE_CHECKING:
    from schemactl.apply.engine import Outcome, Request
    from schemactl.apply.recording import Decide
    from schemactl.apply.session import Session
    from schemactl.apply.settings import Settings
    from schemactl.apply.tasks import Task
    from schemactl.db.managed import Managed
    from schemactl.migrations.plan import Plan

T = TypeVar("T")


class Target(Protocol):
    """Where migrations are applied; as text, what messages call it."""

    @property
    def channel(self) -> Channel:
        """Answers queries."""
        ...

    @property
    def major(self) -> int:
        """The server's major version: 18."""
        ...

    def preview(self, request: "Request", store: Store) -> "tuple[Plan, tuple[Task, ...]]":
        """See `engine.preview`."""
        ...

    def apply(self, request: "Request", store: Store, settings: "Settings") -> "Outcome":
        """See `engine.apply`."""
        ...

    def record(self, store: Store, settings: "Settings", decide: "Decide[T]") -> T:
        """Write to the history alone; see `recording`."""
        ...

    def history(self, store: Store) -> tuple[HistoryRow, ...]:
        """What the target remembers. Changes nothing."""
        ...


class Server:
    """A server, by a session."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self.channel: Channel = Direct(session.connection, session.dsn)
        self.major = session.major

    def __str__(self) -> str:
        return str(self._session)

    def preview(self, request: "Request", store: Store) -> "tuple[Plan, tuple[Task, ...]]":
        """See `engine.preview`."""
        from schemactl.apply import engine

        return engine.preview(request, self._session, store)

    def apply(self, request: "Request", store: Store, settings: "Settings") -> "Outcome":
        """See `engine.apply`."""
        from schemactl.apply import engine

        return engine.apply(request, self._session, store, settings)

    def record(self, store: Store, settings: "Settings", decide: "Decide[T]") -> T:
        """See `recording.by_session`."""
        from schemactl.apply import recording

        return recording.by_session(self._session, store, settings, decide)

    def history(self, store: Store) -> tuple[HistoryRow, ...]:
        """Every row."""
        return stores.read(store, self._session.connection, self._session.dsn)


class Project:
    """A project of the Supabase platform, by requests."""

    def __init__(self, database: "Managed") -> None:
        self._database = database
        self.channel: Channel = database

    def __str__(self) -> str:
        return str(self._database)

    @property
    def major(self) -> int:
        """The server's major version: 18."""
        return self._database.major

    def preview(self, request: "Request", store: Store) -> "tuple[Plan, tuple[Task, ...]]":
        """See `managed.preview`."""
        from schemactl.apply import managed

        return managed.preview(request, self._database, store)

    def apply(self, request: "Request", store: Store, settings: "Settings") -> "Outcome":
        """See `managed.apply`."""
        from schemactl.apply import managed

        return managed.apply(request, self._database, store, settings)

    def record(self, store: Store, settings: "Settings", decide: "Decide[T]") -> T:
        """See `recording.by_requests`."""
        from schemactl.apply import recording

        del settings
        return recording.by_requests(self._database, store, decide)

    def history(self, store: Store) -> tuple[HistoryRow, ...]:
        """Every row."""
        return stores.read_over(store, self._database, str(self._database))


@contextmanager
def opened(dsn: str, *, listener: Listener = ignore) -> Iterator[Target]:
    """The target that `dsn` names, for a block. Raises ServerError, UsageError where nobody is logged in."""
    if is_project(dsn):
        from schemactl.db.managed import open_project

        with closing(open_project(dsn, listener=listener)) as database:
            yield Project(database)
    else:
        from schemactl.apply.session import Session

        with closing(Session(dsn, listener=listener)) as session:
            yield Server(session)


def history(dsn: str, store: Store, *, listener: Listener = ignore) -> tuple[HistoryRow, ...]:
    """What the target remembers. Changes nothing. Raises ServerError, UsageError where nobody is logged in."""
    if is_project(dsn):
        with opened(dsn, listener=listener) as target:
            return target.history(store)
    with connect(dsn) as connection:
        return stores.read(store, connection, dsn)
