"""The history in the Supabase CLI's table, so that both tools agree on what is applied.

That table knows complete migrations only. Repeatables, and migrations that broke off in the middle, are kept in
schemactl's own table, which is made when the first of them turns up.
"""

from collections.abc import Sequence

from schemactl.apply.history_table import HistoryTable
from schemactl.apply.store import Commands
from schemactl.core.errors import HistoryError, SourceError
from schemactl.db.channel import Channel
from schemactl.db.query import commands, query
from schemactl.db.redact import MASK, redact
from schemactl.migrations import checksums
from schemactl.migrations.history import HistoryRow, StatementMark
from schemactl.migrations.model import Version

PACKAGE = "schemactl.apply"


class SupabaseLedger:
    """`ledger = "supabase"`: `supabase_migrations.schema_migrations` with version, name and statements."""

    def __init__(self) -> None:
        self._own = HistoryTable()

    def read(self, channel: Channel) -> tuple[HistoryRow, ...]:
        """Every row of both tables; none where they are missing. Raises HistoryError for a version of letters."""
        ((present,),) = channel.ask(query(PACKAGE, "queries/supabase_exists.sql"))
        found = channel.ask(query(PACKAGE, "queries/supabase_read.sql"))[0] if present["exists"] else []
        complete = tuple(_row(row["version"], row["name"], row["statements"]) for row in found)
        versions = {row.version for row in complete}
        return (
            *complete,
            *(row for row in self._own.read(channel) if row.version not in versions or not row.version),
        )

    def create(self, *, partial: bool) -> Commands:
        """The CLI's table, and schemactl's where it is needed."""
        own = self._own.create() if partial else ()
        return (query(PACKAGE, "queries/supabase_create.sql"), *own)

    def insert(self, row: HistoryRow) -> Commands:
        """A new row."""
        if not _theirs(row):
            return self._own.insert(row)
        return commands(PACKAGE, "queries/supabase_insert.sql", **_values(row))

    def replace(self, row: HistoryRow) -> Commands:
        """A new row, and no older one."""
        return (*self.forget(row), *self.insert(row))

    def rerecord(self, known: HistoryRow, row: HistoryRow) -> Commands:
        """Number, name and statements anew."""
        if not _theirs(known):
            return self._own.rerecord(known, row)
        return commands(PACKAGE, "queries/supabase_rerecord.sql", known=_label(known), **_values(row))

    def intend(self, row: HistoryRow) -> Commands:
        """The next statement is about to run."""
        return self._own.intend(row)

    def advance(self, row: HistoryRow) -> Commands:
        """One more statement is done; with the last one the migration moves to the CLI's table."""
        if row.version is None or row.done < row.total:
            return self._own.advance(row)
        return (*self._own.forget(row), *commands(PACKAGE, "queries/supabase_insert.sql", **_values(row)))

    def fail(self, row: HistoryRow, error: str) -> Commands:
        """The next statement failed."""
        return self._own.fail(row, error)

    def baseline(self, rows: Sequence[HistoryRow]) -> Commands:
        """A row each, since that table knows no baseline."""
        return tuple(command for row in rows for command in self.replace(row))

    def forget(self, row: HistoryRow) -> Commands:
        """No row."""
        if not _theirs(row):
            return self._own.forget(row)
        return commands(PACKAGE, "queries/supabase_delete.sql", version=_label(row))


def _theirs(row: HistoryRow) -> bool:
    return row.version is not None and row.state.complete


def _label(row: HistoryRow) -> str:
    return row.version.label if row.version else ""


def _values(row: HistoryRow) -> dict[str, object]:
    return {"version": _label(row), "name": row.name, "statements": [redact(text) for text in row.texts]}


def _row(version: str, name: str, statements: list[str]) -> HistoryRow:
    try:
        parsed = Version.parse(version)
    except ValueError:
        raise HistoryError(
            f"supabase_migrations.schema_migrations holds the version `{version}`, which is no number",
            hint="Remove that row, or give it the number of its file.",
        ) from None
    marks = _marks(statements)
    return HistoryRow(parsed, name, statements=marks, done=len(marks), total=len(marks))


def _marks(statements: list[str]) -> tuple[StatementMark, ...]:
    """What the statements are, split as we do; none where nobody can tell: a secret was masked, a text cut."""
    if any(MASK in text for text in statements):
        return ()
    try:
        return checksums.marks_of(";\n".join(statements), "supabase_migrations.schema_migrations")
    except SourceError:
        return ()
