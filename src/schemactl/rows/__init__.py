"""Rows that satisfy a schema.

filled = rows.fill(connection, snapshot, seed=1, per_table=20)
filled.tables["public", "orders"].count, filled.empty

filler = rows.Filler(connection, snapshot, fixed={("public", "projects"): {"owner_id": ada}})
key = filler.insert(("public", "tasks"), {"user_id": ada})   # its project is one of ada's, made if there is none
"""

from collections.abc import Iterable
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from schemactl.catalog.snapshot import Snapshot
from schemactl.rows.bulk import bulk
from schemactl.rows.filler import Filler, Fixed, Unfillable
from schemactl.rows.model import Path
from schemactl.rows.results import Filled, Resistance, TableRows

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["Filled", "Filler", "Fixed", "Path", "Resistance", "TableRows", "Unfillable", "bulk", "fill"]


def fill(
    connection: "Connection[Any]",
    snapshot: Snapshot,
    *,
    seed: int = 0,
    per_table: int = 20,
    tables: Iterable[Path] | None = None,
    fixtures: File | None = None,
    fixed: Fixed | None = None,
) -> Filled:
    """Fill the tables of a database with up to `per_table` rows each that they accept, triggers on.

    `tables` are filled, and all that they refer to, also in schemas that the snapshot leaves out; by default all of
    it. `fixtures`, a file of SQL, runs first. `fixed` are values that all rows of a table shall have. Works inside an
    open transaction, or makes one. The same seed, schema and rows that were there give the same rows.
    Raises ServerError when the connection broke, StatementError when the fixture file fails.
    """
    with connection.transaction():
        if fixtures:
            run_fixtures(connection, fixtures)
        return Filler(connection, snapshot, seed=seed, fixed=fixed, tables=tables).fill(per_table)


def run_fixtures(connection: "Connection[Any]", file: File) -> None:
    """Run a file of SQL, statement by statement. Raises SourceError, StatementError with the statement's place."""
    from schemactl.core.errors import Place, StatementError
    from schemactl.db.execute import attempt
    from schemactl.sql.parse import parse

    for statement in parse(file.read_text(encoding="utf-8"), str(file)).statements:
        failure = attempt(connection, statement.text)
        if failure:
            raise StatementError(
                f"the fixture file failed: {failure.sentence}",
                sqlstate=failure.sqlstate,
                place=Place(str(file), statement.line, statement.column),
                hint="Fix the statement, or leave the table to be filled by itself.",
            )
