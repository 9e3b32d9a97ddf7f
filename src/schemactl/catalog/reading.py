"""The catalogs of a connection, as objects: the queries, in one pipeline, and what becomes of their rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from schemactl.catalog import wording
from schemactl.catalog.grants import privileges
from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.core.resources import read_text
from schemactl.core.results import Json
from schemactl.db.channel import Channel, QueryRefused, Rows

if TYPE_CHECKING:
    from psycopg import Connection, Cursor
    from psycopg.abc import Query

ATTEMPTS = 20
# Kinds that nearly every database has; queries/present.sql says which of the others are worth a query.
ALWAYS = ("schemas", "extensions", "tables", "columns", "constraints", "indexes")
# Lists that the catalogs keep in the order in which they were written, which means nothing.
UNORDERED = frozenset({"options", "toast_options", "server_options", "settings", "tags", "publications"})
REALS = frozenset({"cost", "rows"})
_SECRET_WORDS = ("password", "passwd", "passcode", "secret", "token", "key", "credential")

Row = tuple[Any, ...]


def read(connection: "Connection[Any]") -> dict[Identity, Attributes]:
    """Every object of the database, those of the server itself left out.

    The server describes an object from its newest catalogs, whatever the transaction's snapshot: one that is dropped
    between being found and being described is an internal error (XX000), and the whole is read again. Raises
    psycopg.Error.
    """
    from psycopg.errors import InternalError_
    from psycopg.pq import TransactionStatus

    if connection.info.transaction_status is not TransactionStatus.IDLE:
        with connection.pipeline(), connection.transaction(force_rollback=True):
            return _collect(connection)
    for _ in range(ATTEMPTS - 1):
        with suppress(InternalError_):
            return _consistent(connection)
    return _consistent(connection)


def _consistent(connection: "Connection[Any]") -> dict[Identity, Attributes]:
    with connection.pipeline(), connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        return _collect(connection)


def _collect(connection: "Connection[Any]") -> dict[Identity, Attributes]:
    """Rows become objects while the server is still at work on later queries."""
    connection.execute(_query("session"), prepare=True)
    present = _run(connection, "present")
    cursors = [_run(connection, name) for name in ALWAYS]
    cursors += [_run(connection, name) for (name,) in present.fetchall()]
    version = connection.info.server_version
    return dict(item for cursor in cursors for item in _objects(cursor, version))


def read_over(channel: Channel) -> dict[Identity, Attributes]:
    """What `read` gives, of a database that answers queries without a session. Raises QueryRefused."""
    first, probe = _text("session"), _text("present")
    names: list[str] = []
    for _ in range(ATTEMPTS):
        try:
            present, *answers = channel.ask(probe, *map(_text, (*ALWAYS, *names)), first=first)
        except QueryRefused as refused:
            if refused.sqlstate != "XX000":
                raise
            continue
        found = [row["name"] for row in present]
        if found == names:
            break
        names = found
    else:
        raise QueryRefused("its catalogs change all the time", "")
    version = channel.server_version
    return dict(item for rows in answers for item in _described(rows, version))


def _described(rows: Rows, version: int) -> Iterator[tuple[Identity, Attributes]]:
    for row in rows:
        kind, path, *values = row.values()
        found = dict(zip(list(row)[2:], values, strict=True))
        # JSON writes a whole number without a point, whatever its type.
        found |= {name: float(found[name]) for name in REALS if found.get(name) is not None}
        yield _object(kind, path, found.items(), UNORDERED.intersection(found), version)


def _run(connection: "Connection[Any]", name: str) -> "Cursor[Row]":
    from psycopg.rows import tuple_row

    return connection.cursor(row_factory=tuple_row).execute(_query(name), prepare=True)


def _query(name: str) -> "Query":
    return _text(name).encode()


def _text(name: str) -> str:
    return read_text("schemactl.catalog", f"queries/{name}.sql")


def _objects(cursor: "Cursor[Row]", version: int) -> Iterator[tuple[Identity, Attributes]]:
    rows = cursor.fetchall()
    names = [column.name for column in cursor.description or ()][2:]
    unordered = UNORDERED.intersection(names)
    for kind, path, *values in rows:
        yield _object(kind, path, zip(names, values, strict=True), unordered, version)


def _object(
    kind: str, path: list[str], values: Iterable[tuple[str, Any]], unordered: Collection[str], version: int
) -> tuple[Identity, Attributes]:
    identity = Identity(kind, tuple(path))
    found = {name: value for name, value in values if value is not None and value != []}
    for name in unordered:
        if isinstance(value := found.get(name), list):
            value.sort()
    if "acl" in found:
        found["grants"] = _grants(identity, found, version)
    found.pop("acl_owner", None)
    if version < wording.PLAIN_COLUMNS_SINCE and kind in ("view", "materialized view"):
        found["definition"] = wording.view(found["definition"])
    if "server_options" in found:
        found["server_options"] = [_without_secret(option) for option in found["server_options"]]
    return identity, found


def _grants(identity: Identity, found: dict[str, Any], version: int) -> Mapping[str, Json]:
    kind = identity.path[-1] if identity.kind == "default privileges" else identity.kind
    return privileges(found.pop("acl"), found.get("acl_owner") or found.get("owner", ""), kind, version)


def _without_secret(option: str) -> str:
    name, _, _ = option.partition("=")
    return f"{name}=(hidden)" if any(word in name.lower() for word in _SECRET_WORDS) else option
