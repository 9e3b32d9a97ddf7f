"""The project's migrations on a throwaway database, and their statements, to which findings are tied."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from schemactl.core.errors import Place, StatementError
from schemactl.core.findings import Evidence, Finding, fingerprint
from schemactl.db.connect import connect
from schemactl.db.execute import attempt
from schemactl.db.statement_failure import Failure
from schemactl.jobs.exercise.breach import Breach
from schemactl.jobs.exercise.places import locate
from schemactl.migrations.model import Folder, Migration
from schemactl.sql.parse import Script, Statement, parse
from schemactl.sql.transactions import Control, control, runs_alone

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.servers import Database


def scripts(folder: Folder) -> tuple[Script, ...]:
    """Every migration, parsed. Raises SourceError."""
    return tuple(parse(migration.text, migration.file) for migration in folder.migrations)


def apply(folder: Folder, parsed: Sequence[Script], database: "Database") -> None:
    """Run the migrations, each in a transaction where that is possible. Raises StatementError."""
    with connect(database.dsn) as connection:
        for migration, script in zip(folder.migrations, parsed, strict=True):
            connection.execute("DISCARD ALL")
            _run(connection, migration, script)


def finding(name: str, breach: Breach, parsed: Sequence[Script]) -> Finding:
    """The breach of the job table `name`, at the statement that makes what is broken."""
    place = locate(breach.where, parsed)
    found = Finding(
        rule=breach.rule,
        severity=breach.severity,
        message=f"{name}: {breach.message}",
        evidence=Evidence.EXECUTED,
        span=place[1] if place else None,
        statement=place[0].index if place else None,
        object=str(breach.where),
        hint=breach.hint,
        repro=breach.repro,
    )
    text = f"{name} {breach.rule} {place[0].text if place else ''}"
    return replace(found, fingerprint=fingerprint(found, text))


def _run(connection: "Connection", migration: Migration, script: Script) -> None:
    own = {Control.BEGIN, Control.COMMIT}
    statements = [statement for statement in script.statements if control(statement) not in own]
    alone = any(runs_alone(statement) for statement in statements)
    if not alone:
        connection.execute("BEGIN")
    for statement in statements:
        failure = attempt(connection, statement.text)
        if failure:
            if not alone:
                connection.execute("ROLLBACK")
            raise _error(failure, migration, statement)
    if not alone:
        connection.execute("COMMIT")


def _error(failure: Failure, migration: Migration, statement: Statement) -> StatementError:
    return StatementError(
        f"the migration does not apply, and its jobs cannot be exercised: {failure.sentence}",
        sqlstate=failure.sqlstate,
        place=Place(migration.file, statement.line, statement.column),
        hint="`schemactl verify` says more.",
    )
