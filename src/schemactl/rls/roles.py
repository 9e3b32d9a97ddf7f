"""The roles of a cluster."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemactl.core.resources import read_text

if TYPE_CHECKING:
    from schemactl.db.channel import Channel
    from schemactl.db.types import Connection

_PACKAGE = "schemactl.rls"


@dataclass(frozen=True, slots=True)
class Role:
    """A database role. `privileges_of` are the roles whose privileges it has, `member_of` those it can SET ROLE to."""

    name: str
    superuser: bool
    bypass: bool
    login: bool
    privileges_of: frozenset[str]
    member_of: frozenset[str]


def read(connection: "Connection") -> dict[str, Role]:
    """Every role of the cluster but the server's own."""
    return _roles(connection.execute(read_text(_PACKAGE, "queries/roles.sql").encode()).fetchall())


def read_over(channel: "Channel") -> dict[str, Role]:
    """The same, of a database that answers queries without a session. Raises QueryRefused."""
    (rows,) = channel.ask(read_text(_PACKAGE, "queries/roles.sql"))
    return _roles([tuple(row.values()) for row in rows])


def _roles(rows: list[tuple[Any, ...]]) -> dict[str, Role]:
    return {row[0]: Role(row[0], row[1], row[2], row[3], frozenset(row[4]), frozenset(row[5])) for row in rows}
