"""The store that a configuration asks for, and reading what it holds."""

from typing import TYPE_CHECKING

from schemactl.apply.history_table import HistoryTable
from schemactl.apply.store import Store
from schemactl.apply.supabase_ledger import SupabaseLedger
from schemactl.core.config import Ledger
from schemactl.core.errors import ServerError
from schemactl.migrations.history import HistoryRow

if TYPE_CHECKING:
    from psycopg import Connection


def store_for(ledger: Ledger) -> Store:
    """The store of `ledger`."""
    return SupabaseLedger() if ledger is Ledger.SUPABASE else HistoryTable()


def read(store: Store, connection: "Connection", dsn: str) -> tuple[HistoryRow, ...]:
    """The history of the target that `dsn` names. Raises ServerError where the role may not see it."""
    from psycopg import Error

    from schemactl.db.dsn import address
    from schemactl.db.failure import reason_of

    try:
        return store.read(connection)
    except Error as error:
        raise ServerError(
            f"the history cannot be read in {address(dsn)}: {reason_of(error, dsn)}",
            hint="GRANT USAGE ON SCHEMA schemactl and SELECT ON ALL TABLES IN it to the role, or connect as the owner.",
        ) from None
