"""The history in the target's table `schemactl.history`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from schemactl import __version__
from schemactl.apply.store import Commands
from schemactl.core.errors import HistoryError
from schemactl.db.channel import Channel
from schemactl.db.query import commands, query
from schemactl.migrations.history import HistoryRow, State, StatementMark
from schemactl.migrations.model import Version

PACKAGE = "schemactl.apply"


class HistoryTable:
    """`ledger = "schemactl"`: one row a migration, with checksums, statements and how far it came.

    The layout's number is at the head of the table's comment. A change of the table takes the next one: `create` leads
    there from every older layout, and `read` knows those too, since not every command may change something.
    """

    layout = 1

    def read(self, channel: Channel) -> tuple[HistoryRow, ...]:
        """Every row, in the order of application; none where the table is missing.

        Raises HistoryError where a newer program keeps the history.
        """
        ((present,),) = channel.ask(query(PACKAGE, "queries/history_exists.sql"))
        if not present["exists"]:
            return ()
        if present["layout"] > self.layout:
            raise HistoryError(
                f"the history in this database has layout {present['layout']}, and schemactl {__version__} knows "
                f"layouts up to {self.layout}",
                hint="A newer schemactl keeps it: use that one here too. Nothing was changed.",
            )
        (rows,) = channel.ask(query(PACKAGE, "queries/read_history.sql"))
        return tuple(map(_row, rows))

    def create(self, *, partial: bool = True) -> Commands:
        """Schema and table, where they are missing; what leads from one layout to the next follows here."""
        del partial
        return (query(PACKAGE, "queries/create_history.sql"),)

    def insert(self, row: HistoryRow) -> Commands:
        """A new row."""
        return commands(PACKAGE, "queries/insert_history.sql", **_values(row))

    def replace(self, row: HistoryRow) -> Commands:
        """A new row, and no older one."""
        return (*self.forget(row), *self.insert(row))

    def rerecord(self, known: HistoryRow, row: HistoryRow) -> Commands:
        """What the row says of the file."""
        return commands(PACKAGE, "queries/rerecord.sql", known=identity(known), **_values(row))

    def intend(self, row: HistoryRow) -> Commands:
        """The next statement is about to run."""
        return commands(PACKAGE, "queries/intend.sql", id=identity(row))

    def advance(self, row: HistoryRow) -> Commands:
        """One more statement is done."""
        return commands(PACKAGE, "queries/advance.sql", id=identity(row), done=row.done)

    def fail(self, row: HistoryRow, error: str) -> Commands:
        """The next statement failed."""
        return commands(PACKAGE, "queries/fail.sql", id=identity(row), error=error)

    def baseline(self, rows: Sequence[HistoryRow]) -> Commands:
        """The last row alone: it stands for every lower version. Its content is not vouched for."""
        last = replace(rows[-1], state=State.BASELINE, raw_checksum=None, token_checksum=None, statements=())
        return self.replace(replace(last, done=0, total=0))

    def forget(self, row: HistoryRow) -> Commands:
        """No row."""
        return commands(PACKAGE, "queries/delete_history.sql", id=identity(row))


def identity(row: HistoryRow) -> str:
    """What tells a row from every other: the number as a number, so that `007` and `7` are one migration."""
    return str(row.version.number) if row.version else row.title


def _values(row: HistoryRow) -> dict[str, Any]:
    return {
        "id": identity(row),
        "version": row.version.label if row.version else None,
        "name": row.name,
        "state": row.state.value,
        "raw_checksum": row.raw_checksum,
        "token_checksum": row.token_checksum,
        "checksums": [mark.checksum for mark in row.statements],
        "texts": [mark.text for mark in row.statements],
        "done": row.done,
        "total": row.total,
        "applied_by": row.applied_by,
        "tool_version": row.tool_version,
    }


def _row(found: dict[str, Any]) -> HistoryRow:
    return HistoryRow(
        version=Version.parse(found["version"]) if found["version"] is not None else None,
        name=found["name"],
        state=State(found["state"]),
        raw_checksum=found["raw_checksum"],
        token_checksum=found["token_checksum"],
        statements=tuple(
            StatementMark(checksum, text)
            for checksum, text in zip(found["statement_checksums"], found["statement_texts"], strict=True)
        ),
        done=found["statements_done"],
        total=found["statements_total"],
        started_at=_moment(found["started_at"]),
        finished_at=_moment(found["finished_at"]),
        applied_by=found["applied_by"],
        tool_version=found["tool_version"],
        error=found["error"],
        intended=found["statement_intended"],
    )


def _moment(value: datetime | str | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
