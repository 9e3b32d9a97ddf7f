"""The store that a configuration asks for, and reading what it holds."""

from typing import TYPE_CHECKING

from schemactl.apply.effects import Fetch
from schemactl.apply.history_table import PACKAGE, HistoryTable
from schemactl.apply.store import Store
from schemactl.apply.supabase_ledger import SupabaseLedger
from schemactl.core.config import Ledger
from schemactl.core.errors import HistoryError, ServerError
from schemactl.core.words import plural
from schemactl.db.query import query
from schemactl.migrations.history import HistoryRow

if TYPE_CHECKING:
    from psycopg import Connection

    from schemactl.db.channel import Channel

_HINTS = {
    "42501": "GRANT USAGE ON SCHEMA schemactl and SELECT ON ALL TABLES IN it to the role, or connect as the owner.",
    "42703": "The table is not as schemactl makes it: look at who made or changed it.",
}


def store_for(ledger: Ledger) -> Store:
    """The store of `ledger`."""
    return SupabaseLedger() if ledger is Ledger.SUPABASE else HistoryTable()


def refuse_another_ledger(store: Store, rows: tuple[HistoryRow, ...], fetch: Fetch) -> None:
    """Raise HistoryError where a history seems to begin, but the Supabase CLI has one already."""
    if rows or isinstance(store, SupabaseLedger):
        return
    if fetch(query(PACKAGE, "queries/supabase_exists.sql"))[0][0]:
        count = len(fetch(query(PACKAGE, "queries/supabase_read.sql")))
        if count:
            raise HistoryError(
                f"schemactl has no history here, but the Supabase CLI's ledger has {plural(count, 'migration')}",
                hint='Set `ledger = "supabase"` in schemactl.toml, or begin anew with `schemactl baseline VERSION`.',
            )


def read(store: Store, connection: "Connection", dsn: str) -> tuple[HistoryRow, ...]:
    """The history of the target that `dsn` names. Raises ServerError where the role may not see it."""
    from schemactl.db.channel import Direct
    from schemactl.db.dsn import place

    return read_over(store, Direct(connection, dsn), place(dsn))


def read_over(store: Store, channel: "Channel", target: str) -> tuple[HistoryRow, ...]:
    """The history of what `channel` reaches, which messages call `target`. Raises ServerError as `read` does."""
    from schemactl.db.channel import QueryRefused

    try:
        return store.read(channel)
    except QueryRefused as refused:
        raise ServerError(
            f"the history cannot be read in {target}: {refused.reason}", hint=_HINTS.get(refused.sqlstate)
        ) from None
