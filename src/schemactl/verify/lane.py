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
from schemactl.db.execute import Failure, attempt, attempt_alone, in_transaction, rolled_back
from schemactl.sql.parse import Statement
from schemactl.verify.chain import Step

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.servers import Database, Server


@dataclass(frozen=True, slots=True)
class Failed:
    """A statement, and how it failed."""

    statement: Statement
    failure: Failure


class Lane:
    """A database, and the connection of the role that runs migrations to it."""

    def __init__(self, server: "Server", database: "Database") -> None:
        self.server = server
        self.database = database
        self.connection = self._connect()
        self._superuser: Connection | None = None

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

    def advance(self, step: Step) -> Failed | None:
        """Apply one migration as `schemactl apply` would; of a transactional one that fails nothing remains."""
        if not step.transactional:
            return self.advance_by_statements(step)
        self.connection.execute("DISCARD ALL")
        self.connection.execute("BEGIN")
        failed = first_failure(self.connection, step)
        if failed:
            self.connection.execute("ROLLBACK")
            return failed
        failure = attempt(self.connection, "COMMIT")
        return Failed(step.statements[-1], failure) if failure else None

    def advance_by_statements(self, step: Step) -> Failed | None:
        """Apply one migration with a transaction a statement; what ran before a failure stays."""
        self.connection.execute("DISCARD ALL")
        return first_failure(self.connection, step)

    def repeat(self, step: Step) -> list[Failed]:
        """Run an applied migration again and keep what it does, going on behind the statements that fail."""
        self.connection.execute("DISCARD ALL")
        if not step.transactional:
            return list(every_failure(self.connection, step))
        self.connection.execute("BEGIN")
        failures = list(every_failure(self.connection, step))
        failure = attempt(self.connection, "COMMIT")
        return [*failures, Failed(step.statements[-1], failure)] if failure else failures

    @contextmanager
    def experiment(self, step: Step) -> Iterator["Connection"]:
        """A connection whose changes leave no trace: in a transaction, or on a clone where commits matter to `step`."""
        if step.needs_commits or self._defers_constraints():
            with self.fork() as fork:
                yield fork.connection
        else:
            self.connection.execute("DISCARD ALL")
            with rolled_back(self.connection):
                yield self.connection

    def _defers_constraints(self) -> bool:
        """Whether a constraint is checked at COMMIT, which a transaction that is rolled back never reaches."""
        query = read_text("schemactl.verify", "queries/deferred_constraints.sql")
        return self.connection.execute(query.encode()).fetchone() == (True,)

    @contextmanager
    def fork(self) -> Iterator["Lane"]:
        """A lane on a copy of this one's database, dropped at the end."""
        self.close()  # a database that somebody is connected to cannot be copied
        copy = self.server.clone(self.database)
        self.connection = self._connect()
        with _walking(self.server, copy) as fork:
            yield fork


@contextmanager
def lane(server: "Server", start: "Database | None" = None) -> Iterator[Lane]:
    """A lane at the start of the chain, or on a copy of a database that is ahead; dropped at the end."""
    database = server.clone(start, "lane") if start else server.create_database("lane")
    with _walking(server, database) as walker:
        yield walker


@contextmanager
def _walking(server: "Server", database: "Database") -> Iterator[Lane]:
    walker = Lane(server, database)
    try:
        yield walker
    finally:
        walker.close()
        server.drop(database)


def every_failure(connection: "Connection", step: Step) -> Iterator[Failed]:
    """Run every statement of the step, going on behind those that fail, so that each defect is seen in one run."""
    if in_transaction(connection) and not attempt_alone(connection, step.text):
        return
    for statement in step.statements:
        failure = attempt_alone(connection, statement.text)
        if failure:
            yield Failed(statement, failure)


def first_failure(connection: "Connection", step: Step) -> Failed | None:
    """Run the statements of the step up to the first that fails."""
    for statement in step.statements:
        failure = attempt(connection, statement.text)
        if failure:
            return Failed(statement, failure)
    return None
