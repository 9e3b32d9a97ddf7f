"""How large the relations of a target are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from schemactl.core.errors import LockError, ServerError
from schemactl.db.channel import Channel, QueryRefused
from schemactl.db.query import query
from schemactl.sql.names import Name

PACKAGE = "schemactl.apply"


@dataclass(frozen=True, slots=True)
class Size:
    """A relation's bytes, with indexes and TOAST, and its rows as the planner estimates them; None before ANALYZE."""

    bytes: int
    rows: int | None


def sizes(channel: Channel, target: str, names: Iterable[Name]) -> Mapping[Name, Size]:
    """The sizes of those of `names` that exist, in one query. An index stands for its table; messages say `target`.

    Raises LockError when somebody keeps a relation locked for more than 2 s, ServerError when it may not be looked at.
    """
    wanted = {str(name): name for name in names}
    briefly = query(PACKAGE, "queries/look_briefly.sql")
    try:
        (found,) = channel.ask(query(PACKAGE, "queries/relation_sizes.sql", names=list(wanted)), first=briefly)
    except QueryRefused as refused:
        if refused.sqlstate == "55P03":
            hint = "Somebody holds ACCESS EXCLUSIVE on one of the tables; try again when that is over."
            raise LockError(f"the tables of {target} are locked: {refused.reason}", hint=hint) from None
        raise ServerError(f"the tables of {target} cannot be looked at: {refused.reason}") from None
    return {wanted[row["name"]]: Size(row["bytes"], row["rows"] if row["rows"] >= 0 else None) for row in found}
