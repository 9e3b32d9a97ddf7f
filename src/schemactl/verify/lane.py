"""A throwaway database that walks along the chain, one migration after the other.

Each check walks lanes of its own, so that checks run side by side and none sees another's traces. Experiments happen in
transactions that are rolled back; only a file that cannot run in one costs a clone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.core.resources import read_text
from schemactl.db.connect import connect
from schemactl.db.execute import Answer, answers, attempt, attempt_alone, each_alone, in_transaction
from schemactl.db.statement_failure import Failure
from schemactl.sql.parse import Statement
from schemactl.verify.chain import Step
from schemactl.verify.roles import Roles

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.servers import Database, Server


_LOCKED = read_text("schemactl.verify", "queries/locked.sql").rstrip().rstrip(";")
_DEFERRED = read_text("schemactl.verify", "queries/deferred_constraints.sql").rstrip().rstrip(";")
# DISCARD ALL, in the parts that a transaction takes (PostgreSQL manual, DISCARD), and without what answers with rows.
_FORGET = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD TEMP;"
    " DISCARD SEQUENCES"
)


@dataclass(frozen=True, slots=True)
class Failed:
    """A statement, and how it failed."""

    statement: Statement
    failure: Failure

    def __str__(self) -> str:
        return f"statement {self.statement.index}: {self.failure.sentence}"


class Diverged(Exception):
    """A migration that applied before does not where a check needs it."""

    def __init__(self, step: Step, failed: Failed) -> None:
        super().__init__(f"it applied once, but not a second time on another database of the server ({failed})")
        self.step = step


class Lane:
    """A database, and the connection of the role that runs migrations to it."""

    def __init__(self, server: "Server", database: "Database", roles: Roles) -> None:
        self.server = server
        self._roles = roles
        self.database = database
        self.connection = self._connect()
        self._superuser: Connection | None = None
        self._leaving: dict[str, bool] = {}

    def _connect(self) -> "Connection":
        connection = connect(self.database.dsn)
        connection.prepare_threshold = None  # DISCARD ALL would take prepared statements away
        return connection

    @property
    def superuser(self) -> "Connection":
        """A superuser's connection to the same database, for what the migrations' role may not do."""
        if self._superuser is None:
            self._superuser = connect(self.database.superuser_dsn)
        return self._superuser

    def close(self) -> None:
        """End the sessions of this lane."""
        self.connection.close()
        if self._superuser is not None:
            self._superuser.close()
            self._superuser = None

    def advance(self, step: Step) -> None:
        """Apply one migration that applied before, as `schemactl apply` would. Raises Diverged when it fails now."""
        failed = self.attempt(step)
        if failed:
            raise Diverged(step, failed)

    def attempt(self, step: Step) -> Failed | None:
        """Apply one migration as `schemactl apply` would; of a transactional one that fails nothing remains."""
        if not step.transactional:
            return self.attempt_by_statements(step)
        return None if isinstance(self._at_once(step), list) else self._one_by_one(step)

    def attempt_and_see(self, step: Step) -> "Failed | frozenset[int] | None":
        """Apply as `attempt` does; the tables that a transactional one locks, those that it makes included."""
        if not step.transactional:
            return self.attempt_by_statements(step)
        ran = self._at_once(step, f"{_LOCKED};\n")
        if isinstance(ran, list):
            locked = next(answer for answer in reversed(ran) if answer.columns == ("schemactl_locked",))
            return frozenset(int(oid) for (oid,) in locked.rows)
        return self._one_by_one(step)

    def _at_once(self, step: Step, last: str = "") -> "list[Answer] | Failure":
        """The migration as one message, since round trips cost more than most statements."""
        ran = answers(self.connection, f"BEGIN;\n{_FORGET};\n{step.text}\n;{last}COMMIT")
        if isinstance(ran, Failure) and in_transaction(self.connection):
            self.connection.execute("ROLLBACK")
        return ran

    def _one_by_one(self, step: Step) -> Failed | None:
        """The migration statement by statement, so that it is seen which one fails."""
        self.connection.execute("DISCARD ALL")
        self.connection.execute("BEGIN")
        failed = first_failure(self.connection, step)
        if failed:
            self.connection.execute("ROLLBACK")
            return failed
        failure = attempt(self.connection, "COMMIT")
        return Failed(step.statements[-1], failure) if failure else None

    def attempt_by_statements(self, step: Step) -> Failed | None:
        """Apply one migration with a transaction a statement; what ran before a failure stays."""
        self.connection.execute("DISCARD ALL")
        return first_failure(self.connection, step)

    def repeat(self, step: Step) -> list[Failed]:
        """Run an applied migration again and keep what it does, going on behind the statements that fail."""
        if step.transactional and isinstance(self._at_once(step), list):
            return []
        self.connection.execute("DISCARD ALL")
        if not step.transactional:
            return list(every_failure(self.connection, step))
        self.connection.execute("BEGIN")
        failures = list(every_failure(self.connection, step))
        failure = attempt(self.connection, "COMMIT")
        return [*failures, Failed(step.statements[-1], failure)] if failure else failures

    @contextmanager
    def inside(self) -> Iterator["Connection"]:
        """A connection in a transaction that is rolled back, its session as new."""
        self.connection.execute(f"BEGIN; {_FORGET}".encode())
        try:
            yield self.connection
        finally:
            self.connection.execute("ROLLBACK")

    @contextmanager
    def experiment(self, step: Step) -> Iterator["Connection"]:
        """A connection whose changes leave no trace: in a transaction, or on a clone where commits matter to `step`."""
        if step.needs_commits:
            with self.fork() as fork:
                yield fork.connection
            return
        begun = answers(self.connection, f"BEGIN; {_FORGET}; {_DEFERRED}")
        defers = isinstance(begun, Failure) or begun[-1].rows[0][0]
        if defers and self._leaves_checks(step):
            self.connection.execute("ROLLBACK")
            with self.fork() as fork:
                yield fork.connection
            return
        try:
            yield self.connection
        finally:
            self.connection.execute("ROLLBACK")

    def _leaves_checks(self, step: Step) -> bool:
        """Whether a check is left to COMMIT, which a transaction that is rolled back never reaches. One is open."""
        if step.file not in self._leaving:
            for _ in every_failure(self.connection, step):
                pass
            asked = answers(self.connection, _DEFERRED)
            self._leaving = {step.file: isinstance(asked, Failure) or bool(asked[0].rows[0][1])}
            self.connection.execute(f"ROLLBACK; BEGIN; {_FORGET}".encode())
        return self._leaving[step.file]

    def copy(self) -> "Database":
        """A copy of this lane's database, to be dropped by whoever asks for it."""
        self.close()  # a database that somebody is connected to cannot be copied
        copy = self.server.clone(self.database)
        self.connection = self._connect()
        return copy

    @contextmanager
    def fork(self) -> Iterator["Lane"]:
        """A lane on a copy of this one's database, dropped at the end."""
        copy = self.copy()
        with _walking(self.server, copy, self._roles) as fork:
            yield fork


@contextmanager
def lane(server: "Server", roles: Roles, start: "Database | None" = None) -> Iterator[Lane]:
    """A lane at the start of the chain, or on a copy of a database that is ahead; dropped at the end."""
    database = server.clone(start, "lane") if start else server.create_database("lane")
    with _walking(server, database, roles) as walker:
        yield walker


@contextmanager
def _walking(server: "Server", database: "Database", roles: Roles) -> Iterator[Lane]:
    with roles.restored():
        walker = Lane(server, database, roles)
        try:
            yield walker
        finally:
            walker.close()
            server.drop(database)


def every_failure(connection: "Connection", step: Step) -> Iterator[Failed]:
    """Run every statement of the step, going on behind those that fail, so that each defect is seen in one run."""
    if in_transaction(connection) and not attempt_alone(connection, step.text):
        return
    ran = each_alone(connection, (statement.text for statement in step.statements))
    for statement, failure in zip(step.statements, ran, strict=True):
        if failure:
            yield Failed(statement, failure)


def first_failure(connection: "Connection", step: Step) -> Failed | None:
    """Run the statements of the step up to the first that fails."""
    if in_transaction(connection) and _runs(connection, step.text):
        return None
    for statement in step.statements:
        failure = attempt(connection, statement.text)
        if failure:
            return Failed(statement, failure)
    return None


def _runs(connection: "Connection", text: str) -> bool:
    """Whether the text runs in the open transaction; of one that does not nothing remains."""
    # A message of its own, since of one that the server cannot read not even a SAVEPOINT is done.
    connection.execute("SAVEPOINT schemactl_first")
    failure = attempt(connection, text)
    undo = "ROLLBACK TO SAVEPOINT schemactl_first; " if failure else ""
    connection.execute(f"{undo}RELEASE SAVEPOINT schemactl_first".encode())
    return failure is None


def tables(there: Lane) -> frozenset[int]:
    """The identifiers of all tables that are there."""
    query = "select oid::bigint from pg_catalog.pg_class where relkind in ('r', 'p') and oid >= 16384"
    return frozenset(int(oid) for (oid,) in there.connection.execute(query).fetchall())
