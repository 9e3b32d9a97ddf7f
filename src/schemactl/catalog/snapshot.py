"""One snapshot of everything that a schema is: a value that can be compared, stored and read again.

Left out, because they are the cluster's or the data's and not the schema's: roles and their memberships, settings of
roles and of the database, tablespaces, large objects, the values that sequences have reached, rows, planner statistics.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from schemactl.catalog import wording
from schemactl.catalog.grants import privileges
from schemactl.core.errors import Place, SourceError
from schemactl.core.resources import read_text
from schemactl.core.results import Json

if TYPE_CHECKING:
    from psycopg import Connection, Cursor
    from psycopg.abc import Query

SCHEMA_VERSION = 1
ATTEMPTS = 20
HISTORY_SCHEMAS = frozenset({"schemactl", "supabase_migrations"})

# Kinds that nearly every database has; queries/present.sql says which of the others are worth a query.
ALWAYS = ("schemas", "extensions", "tables", "columns", "constraints", "indexes")

# Kinds whose path does not begin with a schema.
GLOBAL_KINDS = frozenset(
    {
        "access method", "cast", "event trigger", "extension", "foreign data wrapper", "foreign server", "language",
        "publication", "security label", "subscription", "transform", "user mapping",
    }
)  # fmt: skip
# Lists that the catalogs keep in the order in which they were written, which means nothing.
_UNORDERED = ("options", "toast_options", "server_options", "settings", "tags", "publications")
_SECRET_WORDS = ("password", "passwd", "passcode", "secret", "token", "key", "credential")

Attributes = Mapping[str, Json]


class Identity(NamedTuple):
    """What an object is called: its kind and its name in parts, unquoted.

    `("column", ("public", "orders", "status"))`; the last part of a function's path is the list of its input types.
    """

    kind: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        """For people: `column public.orders.status`, `function public.f(integer)`, `policy own on public.orders`."""
        match self.kind:
            case "function" | "procedure" | "aggregate" | "operator":
                return f"{self.kind} {'.'.join(self.path[:-1])}({self.path[-1]})"
            case "constraint" | "index" | "trigger" | "rule" | "policy" | "domain constraint":
                return f"{self.kind} {self.path[-1]} on {'.'.join(self.path[:-1])}"
            case "publication table" | "publication schema":
                return f"{'.'.join(self.path[:-1])} in publication {self.path[-1]}"
            case "default privileges":
                schema, role, objects = self.path
                return f"default privileges of {role} on {objects}" + (f" in schema {schema}" if schema else "")
            case "cast":
                return f"cast from {self.path[0]} to {self.path[1]}"
            case _:
                return f"{self.kind} {'.'.join(self.path)}"


@dataclass(frozen=True)
class Snapshot:
    """The objects of a database, by identity. An attribute that does not apply, or is empty, is absent.

    `server_version` is as in `server_version_num`; it is no part of the fingerprint.
    """

    server_version: int
    objects: Mapping[Identity, Attributes]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of one line `[kind,path,attributes]` of JSON with sorted keys an object."""
        digest = hashlib.sha256()
        for (kind, path), attributes in self.objects.items():
            digest.update(
                orjson.dumps([kind, path, attributes], option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
            )
        return digest.hexdigest()

    def of_kind(self, kind: str) -> dict[tuple[str, ...], Attributes]:
        """The objects of one kind, by path."""
        return {identity.path: attributes for identity, attributes in self.objects.items() if identity.kind == kind}

    def as_json(self) -> Mapping[str, Json]:
        """The document described by docs/schemas/snapshot.json."""
        return {
            "schema_version": SCHEMA_VERSION,
            "server_version": self.server_version,
            "fingerprint": self.fingerprint,
            "objects": [
                {"kind": kind, "path": path, "attributes": attributes}
                for (kind, path), attributes in self.objects.items()
            ],
        }

    def to_json(self) -> str:
        """The document as text, objects sorted, keys sorted."""
        return orjson.dumps(self.as_json(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode() + "\n"


def take(
    connection: "Connection[Any]", *, schemas: Collection[str] | None = None, excluded: Collection[str] = ()
) -> Snapshot:
    """Read the catalogs in one pipeline; changes nothing, and needs no privilege beyond CONNECT.

    The queries are prepared where the connection prepares at all, so that a second snapshot through it costs less.
    `schemas` keeps these schemas alone, `excluded` leaves some out: their tables stay as places for the project's own
    policies and triggers. The history, schemactl's own or the Supabase CLI's, is never part of it. Inside an open
    transaction the snapshot shows what that transaction sees. Raises psycopg.Error.
    """
    version = connection.info.server_version
    hidden = HISTORY_SCHEMAS.union(excluded)
    objects: dict[Identity, Attributes] = {}
    for cursor in _read(connection):
        names = [column.name for column in cursor.description or ()][2:]
        for kind, path, *values in cursor.fetchall():
            identity = Identity(kind, tuple(path))
            attributes = _attributes(identity, names, values, version)
            if _belongs(identity, attributes, schemas, hidden):
                objects[identity] = attributes
    return Snapshot(version, MappingProxyType(dict(sorted(objects.items()))))


def from_json(text: str | bytes, file: str = "snapshot") -> Snapshot:
    """Read what `Snapshot.to_json` or `schemactl snapshot --format json` wrote.

    Raises SourceError when the text is no such document, is of another `schema_version`, or does not have the
    fingerprint that it states.
    """
    place = Place(file)
    try:
        document = orjson.loads(text)
        document = document.get("snapshot", document)
        if document["schema_version"] != SCHEMA_VERSION:
            raise SourceError(
                f"a snapshot of schema_version {document['schema_version']}; this program reads {SCHEMA_VERSION}",
                place=place,
                hint="Take the snapshot again with this version of schemactl.",
            )
        objects = {Identity(o["kind"], tuple(o["path"])): dict(o["attributes"]) for o in document["objects"]}
        snapshot = Snapshot(int(document["server_version"]), MappingProxyType(dict(sorted(objects.items()))))
        stated = document["fingerprint"]
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(
            "not a snapshot", place=place, hint="Write one with `schemactl snapshot --format json`."
        ) from error
    if stated != snapshot.fingerprint:
        raise SourceError(
            "the snapshot was edited: its objects do not have the fingerprint that it states",
            place=place,
            hint="Take the snapshot again.",
        )
    return snapshot


def _read(connection: "Connection[Any]") -> "list[Cursor[tuple[Any, ...]]]":
    """Every query's result.

    The server describes an object from its newest catalogs, whatever the transaction's snapshot: one that is dropped
    between being found and being described is an internal error (XX000), and the whole is read again.
    """
    from psycopg.errors import InternalError_
    from psycopg.pq import TransactionStatus

    if connection.info.transaction_status is not TransactionStatus.IDLE:
        with connection.pipeline(), connection.transaction(force_rollback=True):
            return _queries(connection)
    for _ in range(ATTEMPTS - 1):
        with suppress(InternalError_):
            return _consistent(connection)
    return _consistent(connection)


def _consistent(connection: "Connection[Any]") -> "list[Cursor[tuple[Any, ...]]]":
    with connection.pipeline(), connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        return _queries(connection)


def _queries(connection: "Connection[Any]") -> "list[Cursor[tuple[Any, ...]]]":
    connection.execute(_query("session"), prepare=True)
    present = _run(connection, "present")
    always = [_run(connection, name) for name in ALWAYS]
    return always + [_run(connection, name) for (name,) in present.fetchall()]


def _run(connection: "Connection[Any]", name: str) -> "Cursor[tuple[Any, ...]]":
    from psycopg.rows import tuple_row

    return connection.cursor(row_factory=tuple_row).execute(_query(name), prepare=True)


def _query(name: str) -> "Query":
    return read_text("schemactl.catalog", f"queries/{name}.sql").encode()


def _attributes(identity: Identity, names: Sequence[str], values: Sequence[Any], version: int) -> dict[str, Json]:
    found = {name: value for name, value in zip(names, values, strict=True) if value is not None and value != []}
    acl = found.pop("acl", None)
    owner = found.pop("acl_owner", None) or found.get("owner", "")
    if acl is not None:
        kind = identity.path[-1] if identity.kind == "default privileges" else identity.kind
        found["grants"] = privileges(acl, owner, kind, version)
    for name in _UNORDERED:
        if isinstance(found.get(name), list):
            found[name].sort()
    if identity.kind in ("view", "materialized view") and version < wording.PLAIN_COLUMNS_SINCE:
        found["definition"] = wording.view(found["definition"])
    if "server_options" in found:
        found["server_options"] = [_without_secret(option) for option in found["server_options"]]
    return found


def _without_secret(option: str) -> str:
    name, _, _ = option.partition("=")
    return f"{name}=(hidden)" if any(word in name.lower() for word in _SECRET_WORDS) else option


def _belongs(
    identity: Identity, attributes: Attributes, schemas: Collection[str] | None, hidden: Collection[str]
) -> bool:
    if identity.kind in GLOBAL_KINDS:
        return True
    schema = identity.path[0]
    if schema not in hidden:
        return schemas is None or schema in schemas or (schema == "" and identity.kind == "default privileges")
    if schema in HISTORY_SCHEMAS:
        return False
    if identity.kind == "trigger":
        return str(attributes["function"]).partition(".")[0] not in hidden
    return identity.kind == "policy"
