"""A project's database by way of the Management API: no session, each request a transaction of its own."""

import json
from collections.abc import Callable
from functools import cached_property
from random import Random
from typing import Any, TypeVar

from schemactl.core.clock import Clock, SystemClock
from schemactl.core.errors import SchemactlError, ServerError
from schemactl.core.events import Listener, ignore
from schemactl.db import tokens
from schemactl.db.api import Api
from schemactl.db.api_errors import QueryFailed
from schemactl.db.channel import QueryRefused, Rows
from schemactl.db.patience import Lost, Patience, Trouble
from schemactl.db.project import Project, api_address, project_of
from schemactl.db.redact import redact
from schemactl.db.sqlstates import describe

T = TypeVar("T")
# Several statements in one request are one transaction (manual, 55.2.2.1), read to its end before any of them runs.
_READ_ONLY = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
_VERSION = "SELECT pg_catalog.current_setting('server_version_num')::int AS version"
_AWAKE = frozenset({"ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY", "UNKNOWN", ""})


class Managed:
    """The database of `project`. Queries are made again after trouble, since they change nothing; `run` is one try."""

    def __init__(
        self,
        project: Project,
        api: Api,
        *,
        listener: Listener = ignore,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        self.project = project
        self.listener = listener
        self.clock = clock or SystemClock()
        self.random = random or Random()  # noqa: S311 - jitter, no secret
        self._api = api
        self._status_known = False

    def __str__(self) -> str:
        return str(self.project)

    @cached_property
    def server_version(self) -> int:
        """The server's version as libpq counts: 150004."""
        ((row,),) = self.ask(_VERSION)
        return int(row["version"])

    @property
    def major(self) -> int:
        """The server's major version: 18."""
        return self.server_version // 10000

    def ask(self, *queries: str, first: str = "") -> list[Rows]:
        """The rows of each query, from one snapshot, in one request; made again after trouble.

        PostgreSQL writes them as JSON itself, so that no library in between decides what a number or an array is.
        """
        text = "\n".join((_READ_ONLY, first, "\nUNION ALL\n".join(map(_as_json, range(len(queries)), queries))))
        patience = self.patience(f"reading from {self}")
        while True:
            try:
                return _answers(self.run(text), len(queries))
            except QueryFailed as failed:
                code = failed.failure.sqlstate
                reason = redact(failed.failure.message) + (f" ({describe(code)})" if code else "")
                raise QueryRefused(reason, code) from None
            except Trouble as trouble:
                patience.wait(trouble)

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        """The rows of one query, as tuples."""
        (rows,) = self.ask(text)
        return [tuple(row.values()) for row in rows]

    def run(self, text: str) -> Rows:
        """Run `text` as one transaction, once. Raises as `Api.query`, and ServerError for a project that is asleep."""
        try:
            return self._api.query(self.project.ref, text)
        except Lost as lost:
            if lost.status >= 500:
                self._require_awake()
            raise

    def patience(self, title: str) -> Patience:
        """The waiting between tries of one thing."""
        return Patience(self.clock, self.random, self.listener, title)

    def close(self) -> None:
        """Close what connections are open."""
        self._api.close()

    def _require_awake(self) -> None:
        """Ask, once, whether the project runs at all: its database does not answer, and nothing says why."""
        if self._status_known:
            return
        try:
            status = self._api.status(self.project.ref)
        except (Trouble, SchemactlError):
            return
        self._status_known = True
        if status == "INACTIVE":
            raise ServerError(
                f"{self} is paused",
                hint=f"Restore it in the dashboard: https://supabase.com/dashboard/project/{self.project.ref}",
            )
        if status not in _AWAKE:
            raise ServerError(f"{self} is not up: {status.lower().replace('_', ' ')}", hint="Try again when it is.")


def open_project(dsn: str, *, listener: Listener = ignore) -> Managed:
    """The database that `supabase://<project-ref>` names, for whoever is logged in. Raises UsageError."""
    project = project_of(dsn)
    clock = SystemClock()
    return Managed(project, Api(api_address(), tokens.find(), clock), listener=listener, clock=clock)


def visible_projects(token: str, listener: Listener = ignore) -> int:
    """How many projects the owner of `token` sees. Raises ServerError when the API does not accept it."""
    clock = SystemClock()
    api = Api(api_address(), token, clock)
    patience = Patience(clock, Random(), listener, "checking the access token")  # noqa: S311 - jitter, no secret
    return patiently(api.projects, patience)


def patiently(call: Callable[[], T], patience: Patience) -> T:
    """What `call` gives, tried again after trouble. Raises ServerError."""
    while True:
        try:
            return call()
        except Trouble as trouble:
            patience.wait(trouble)


def _as_json(number: int, query: str) -> str:
    """A query whose one row is `number` and a text: all its rows as JSON."""
    inner = query.rstrip().rstrip(";")
    rows = "coalesce(pg_catalog.json_agg(pg_catalog.row_to_json(answer)), '[]')::text"
    return f"SELECT {number} AS number, (SELECT {rows} FROM (\n{inner}\n) AS answer) AS rows"  # noqa: S608 - our own


def _answers(rows: Rows, count: int) -> list[Rows]:
    try:
        found = {int(row["number"]): json.loads(row["rows"]) for row in rows}
        return [found[number] for number in range(count)]
    except (KeyError, TypeError, ValueError):
        raise Lost("the answer holds other rows than those asked for") from None
