"""Where the history of a target is kept."""

from collections.abc import Sequence
from typing import Protocol

from schemactl.db.channel import Channel
from schemactl.migrations.history import HistoryRow

Commands = tuple[str, ...]
"""Statements for the server, without parameters, to be sent in a transaction of the caller's choice."""


class Store(Protocol):
    """One way to keep a history.

    Reading needs a channel; writing is handed out as statements, so that a migration and its row can travel in one
    message and be committed together.
    """

    def read(self, channel: Channel) -> tuple[HistoryRow, ...]:
        """Every row; none where no history was made yet. Changes nothing."""
        ...

    def create(self, *, partial: bool) -> Commands:
        """Make room, whatever there is already; the caller holds the runner lock.

        `partial`: also for repeatables, and for migrations that are recorded statement by statement.
        """
        ...

    def insert(self, row: HistoryRow) -> Commands:
        """A new row in the state it has. Fails when the migration has one."""
        ...

    def replace(self, row: HistoryRow) -> Commands:
        """The row in the state it has, instead of the one there may be."""
        ...

    def rerecord(self, known: HistoryRow, row: HistoryRow) -> Commands:
        """Number, name, checksums and statements of `row` for what `known` says; when and by whom it ran stays."""
        ...

    def intend(self, row: HistoryRow) -> Commands:
        """The statement after `row.done` is about to run outside a transaction."""
        ...

    def advance(self, row: HistoryRow) -> Commands:
        """`row.done` statements are done; with the last one the migration is applied."""
        ...

    def fail(self, row: HistoryRow, error: str) -> Commands:
        """The statement after the last one done failed."""
        ...

    def baseline(self, rows: Sequence[HistoryRow]) -> Commands:
        """All of `rows` count as present, and whatever is below the last one, though nothing was run."""
        ...

    def forget(self, row: HistoryRow) -> Commands:
        """No row any more."""
        ...
