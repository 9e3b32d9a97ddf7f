"""The catalogs of a connection, as objects: the queries, in one pipeline, and what becomes of their rows."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from schemactl.catalog import wording
from schemactl.catalog.grants import privileges
from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.core.resources import read_text
from schemactl.core.results import Json

if TYPE_CHECKING:
    from psycopg import Connection, Cursor
    from psycopg.abc import Query

ATTEMPTS = 20
# Kinds that nearly every database has; queries/present.sql says which of the others are worth a query.
ALWAYS = ("schemas", "extensions", "tables", "columns", "constraints", "indexes")
# Lists that the catalogs keep in the order in which they were written, which means nothing.
UNORDERED = frozenset({"options", "toast_options", "server_options", "settings", "tags", "publications"})
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


def _run(connection: "Connection[Any]", name: str) -> "Cursor[Row]":
    from psycopg.rows import tuple_row

    return connection.cursor(row_factory=tuple_row).execute(_query(name), prepare=True)


def _query(name: str) -> "Query":
    return read_text("schemactl.catalog", f"queries/{name}.sql").encode()


def _objects(cursor: "Cursor[Row]", version: int) -> Iterator[tuple[Identity, Attributes]]:
    rows = cursor.fetchall()
    names = [column.name for column in cursor.description or ()][2:]
    unordered = [name for name in names if name in UNORDERED]
    for kind, path, *values in rows:
        identity = Identity(kind, tuple(path))
        found = {name: value for name, value in zip(names, values, strict=True) if value is not None and value != []}
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
        yield identity, found


def _grants(identity: Identity, found: dict[str, Any], version: int) -> Mapping[str, Json]:
    kind = identity.path[-1] if identity.kind == "default privileges" else identity.kind
    return privileges(found.pop("acl"), found.get("acl_owner") or found.get("owner", ""), kind, version)


def _without_secret(option: str) -> str:
    name, _, _ = option.partition("=")
    return f"{name}=(hidden)" if any(word in name.lower() for word in _SECRET_WORDS) else option
