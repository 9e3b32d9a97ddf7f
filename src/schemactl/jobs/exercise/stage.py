"""A throwaway database on which one specification is exercised, and what can be done there."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from schemactl.core.resources import read_text
from schemactl.db.connect import connect, connect_patiently
from schemactl.db.statement_failure import Failure
from schemactl.jobs import template
from schemactl.jobs.claims import Result
from schemactl.jobs.exercise.journal import Journal
from schemactl.jobs.names import labels, names, of_types
from schemactl.jobs.spec import Spec
from schemactl.jobs.states import State
from schemactl.jobs.store import Rows, Store, Watcher

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.jobs.exercise.seeding import Seeder
    from schemactl.servers import Database, Server

_SPACE = UUID("6b0f7f2e-52d7-4c4b-9f43-3f6f8f6a7d10")
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Effort:
    """How many random interleavings, and the seed of their chance."""

    interleavings: int = 100
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the exercise and whose it is."""

    id: Any
    owner: UUID


class Stage:
    """One specification on one database: jobs to work on, stores of workers, time that passes when told to.

    `owner` is a superuser's connection, for setting the scene.
    """

    def __init__(self, server: "Server", database: "Database", spec: Spec, source: str | None, effort: Effort) -> None:
        self.server = server
        self.database = database
        self.spec = spec
        self.source = source
        self.effort = effort
        self.owner = connect(database.superuser_dsn)
        self._sessions: list[Connection] = []
        self._last: Job | None = None
        self._seeder: Seeder | None = None
        (self._types,) = self.send(template.build("types", {}, {}), of_types(spec))
        self.journal = Journal(self.owner)
        columns = spec.columns
        told = {"key": columns.key, "status": columns.status, "token": columns.lease_token or "-"}
        self.run("audit", {}, literals={**told, "lease": columns.lease_expires_at or "-"})

    @property
    def result(self) -> Result:
        """A sound result."""
        return Result(json.loads(self.spec.config.sample))

    def fresh(self) -> Journal:
        """An empty table, and an empty journal to go with it."""
        while self._sessions:
            self._sessions.pop().close()
        self.run("clear", {})
        self.journal = Journal(self.owner)
        return self.journal

    def script(self) -> str:
        """What was done since `fresh`, as a psql script that ends by showing the last job."""
        if self._last is not None:
            watcher = self.journal.session("what it leads to", None)
            watcher(template.build("show", names(self.spec, self._types), {}), {"id": self._last.id}, [])
        return self.journal.script()

    def reconnect(self) -> None:
        """Connect again, after the server was restarted or ended every session."""
        self.close()
        self._sessions.clear()
        self.owner = connect_patiently(self.database.superuser_dsn, seconds=60.0)
        self.journal = Journal(self.owner)

    def close(self) -> None:
        """Close every connection."""
        for session in (*self._sessions, self.owner):
            session.close()

    def session(self, role: str | None = None, person: UUID | None = None) -> "Connection":
        """A connection that has become `role`, with the claims of `person`."""
        opened = connect(self.database.superuser_dsn)
        self._sessions.append(opened)
        opened.execute("set statement_timeout = '20s'")
        if role is not None:
            claims = json.dumps({"sub": str(person), "role": role}) if person else ""
            self.run("become", {"role": role, "claims": claims}, on=opened)
        return opened

    def store(self, name: str, spec: Spec | None = None) -> Store:
        """The queue as a worker of that name has it, in the runner's role; what it does is kept in the journal."""
        role = self.spec.config.role
        return Store(self.session(role), spec or self.spec, self.journal.session(name, role))

    def job(self, *, max_attempts: int | None = None, waiting: bool = True) -> Job:
        """A new job that waits for a worker, or one that has not been started."""
        number = next(_NUMBERS)
        if not self.spec.config.fixture:
            return self._seeded(max_attempts, waiting=waiting)
        job = Job(uuid5(_SPACE, f"job {number}"), uuid5(_SPACE, f"owner {number}"))
        self.journal.note(f"job {job.id} of {job.owner}")
        values = {"id": job.id, "owner": job.owner, "number": number}
        self.send(template.fill(self.spec.config.fixture), values, watcher=self.journal.session("fixture", None))
        self._last = self.start(job, max_attempts) if waiting else job
        return self._last

    def _seeded(self, max_attempts: int | None, *, waiting: bool) -> Job:
        """A job made of whatever the schema accepts."""
        from schemactl.jobs.exercise.seeding import Seeder

        self._seeder = self._seeder or Seeder(self.owner, self.spec, self.effort.seed)
        (made,) = self.run("row", {"id": self._seeder.job()[self.spec.columns.key]})
        known = names(self.spec, self._types)
        text = template.fill(read_text("schemactl.jobs.exercise", "queries/seeded.sql"), known)
        self.journal.session("fixture", None)(text, {"row": json.dumps(made["row"])}, [])
        owner = made["row"].get(self.spec.columns.owner or "")
        job = Job(made["id"], UUID(owner) if owner else UUID(int=0))
        self._last = self.start(job, max_attempts) if waiting else job
        return self._last

    def start(self, job: Job, max_attempts: int | None = None) -> Job:
        """Start the job of that owner."""
        store = Store(self.owner, self.spec, self.journal.session("client", None))
        if self.spec.functions.create:
            return Job(store.create(job.owner, max_attempts=3 if max_attempts is None else max_attempts).id, job.owner)
        store.start(job.id)
        if max_attempts is not None and self.spec.columns.max_attempts:
            self.watched("limit_attempts", {"id": job.id, "allowed": max_attempts})
        return job

    def lease_runs_out(self, job: Job) -> None:
        """Let the time of a claim pass."""
        if self.spec.leased:
            self.watched("pass_lease", {"id": job.id})

    def wait_passes(self, job: Job, waited: float = 1.0) -> None:
        """Let a job have waited for `waited` seconds, its backoff included."""
        if self.spec.columns.due or self.spec.columns.created:
            self.watched("pass_wait", {"id": job.id, "waited": timedelta(seconds=waited)})

    def row(self, job: Job) -> dict[str, Any]:
        """The job as it stands, all that anybody committed."""
        row = Store(self.owner, self.spec).read(job.id)
        if row is None:
            raise LookupError(f"job {job.id} is gone")
        return row

    def state(self, job: Job) -> State:
        """The state in which the job stands."""
        return self.spec.state(self.row(job))

    def satisfies(self, job: Job, predicate: str) -> bool:
        """Whether the committed row satisfies a predicate of the specification; like a CHECK, NULL does."""
        from psycopg import sql

        query = sql.SQL("select ({}) is not false as holds from {} where {} = {}").format(
            sql.SQL(predicate),
            sql.Identifier(*self.spec.table),
            sql.Identifier(self.spec.columns.key),
            sql.Literal(job.id),
        )
        row = self.owner.execute(query).fetchone()
        return row is not None and bool(row[0])

    def letters(self, job: Job) -> int:
        """How many dead letters name the job."""
        text = {"id": job.id, "key": self.spec.columns.key, "text": str(job.id)}
        return int(self.run("letters", text)[0]["letters"])

    def transitions(self, job: Job) -> Rows:
        """What happened to the job, in order."""
        return self.run("transitions", {"text": str(job.id)})

    def watched(self, file: str, values: Mapping[str, Any]) -> Rows:
        """Run a file as the owner of everything, and keep it in the journal."""
        return self.run(file, values, watcher=self.journal.session("time", None))

    def run(
        self,
        file: str,
        values: Mapping[str, Any],
        *,
        on: "Connection | None" = None,
        watcher: Watcher | None = None,
        literals: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Rows:
        """Run a file of the exercise's queries and give its rows."""
        known = {**names(self.spec, self._types), **(more or {})}
        if not self.spec.config.dead_letters.table:
            known |= {"letter_table": None}
        known["letter_without_job"] = "-" if known["letter_job"] is None and known["letter_payload"] else None
        text = template.assemble(read_text("schemactl.jobs.exercise", f"queries/{file}.sql"), known)
        return self.send(template.fill(text, known, literals or labels(self.spec)), values, on=on, watcher=watcher)

    def attempt(self, file: str, values: Mapping[str, Any], role: str | None, **more: Any) -> Failure | None:
        """Run a file in `role`; how it failed, or None."""
        import psycopg

        from schemactl.db.statement_failure import failure_of

        session = self.session(role)
        try:
            self.run(file, values, on=session, watcher=self.journal.session("writer", role), **more)
        except psycopg.Error as error:
            return failure_of(error.diag, error)
        finally:
            session.close()
        return None

    def send(
        self, sql: str, values: Mapping[str, Any], *, on: "Connection | None" = None, watcher: Watcher | None = None
    ) -> Rows:
        """Send a text, one statement or several, with its values written in."""
        from psycopg import ClientCursor
        from psycopg.rows import dict_row

        with ClientCursor(on or self.owner, row_factory=dict_row) as cursor:
            try:
                cursor.execute(sql.encode(), dict(values))
            finally:
                if watcher:
                    watcher(sql, values, [])
            while cursor.description is None and cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []


@contextmanager
def staged(
    server: "Server", migrated: "Database", spec: Spec, source: str | None = None, effort: Effort | None = None
) -> Iterator[Stage]:
    """A stage on a copy of the database `migrated`, dropped afterwards; `source` is the file of the configuration."""
    copy = server.clone(migrated, "jobs")
    try:
        stage = Stage(server, copy, spec, source, effort or Effort())
        try:
            yield stage
        finally:
            stage.close()
    finally:
        server.drop(copy)
