"""How large the relations of a target are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.core.errors import LockError, ServerError
from schemactl.db.dsn import address
from schemactl.db.failure import reason_of
from schemactl.db.query import query
from schemactl.sql.names import Name

if TYPE_CHECKING:
    from psycopg import Connection

PACKAGE = "schemactl.apply"


@dataclass(frozen=True, slots=True)
class Size:
    """A relation's bytes, with indexes and TOAST, and its rows as the planner estimates them; None before ANALYZE."""

    bytes: int
    rows: int | None


def sizes(connection: "Connection", dsn: str, names: Iterable[Name]) -> Mapping[Name, Size]:
    """The sizes of those of `names` that exist, in one query. An index stands for its table.

    Raises LockError when somebody keeps a relation locked for more than 2 s, ServerError when it may not be looked at.
    """
    from psycopg import Error, errors

    wanted = {str(name): name for name in names}
    try:
        with connection.transaction():
            connection.execute(query(PACKAGE, "queries/look_briefly.sql"))
            found = connection.execute(query(PACKAGE, "queries/relation_sizes.sql", names=list(wanted))).fetchall()
    except errors.LockNotAvailable as error:
        hint = "Somebody holds ACCESS EXCLUSIVE on one of the tables; try again when that is over."
        raise LockError(f"the tables of {address(dsn)} are locked: {reason_of(error, dsn)}", hint=hint) from None
    except Error as error:
        raise ServerError(f"the tables of {address(dsn)} cannot be looked at: {reason_of(error, dsn)}") from None
    return {wanted[name]: Size(total, rows if rows >= 0 else None) for name, _kind, total, rows in found}
