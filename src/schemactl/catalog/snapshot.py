"""One snapshot of everything that a schema is: a value that can be compared, stored and read again.

Left out, because they are the cluster's or the data's and not the schema's: roles and their memberships, settings of
roles and of the database, tablespaces, large objects, the values that sequences have reached, rows, planner statistics.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from schemactl.core.errors import Place, SourceError
from schemactl.core.results import Json

if TYPE_CHECKING:
    from psycopg import Connection

    from schemactl.db.channel import Channel

SCHEMA_VERSION = 1
HISTORY_SCHEMAS = frozenset({"schemactl", "supabase_migrations"})

# Kinds whose path does not begin with a schema.
GLOBAL_KINDS = frozenset(
    {
        "access method", "cast", "event trigger", "extension", "foreign data wrapper", "foreign server", "language",
        "publication", "security label", "subscription", "transform", "user mapping",
    }
)  # fmt: skip

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

    def of_kind(self, kind: str) -> Mapping[tuple[str, ...], Attributes]:
        """The objects of one kind, by path."""
        return self._by_kind.get(kind, {})

    @cached_property
    def _by_kind(self) -> dict[str, dict[tuple[str, ...], Attributes]]:
        found: dict[str, dict[tuple[str, ...], Attributes]] = {}
        for identity, attributes in self.objects.items():
            found.setdefault(identity.kind, {})[identity.path] = attributes
        return found

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
    from schemactl.catalog.reading import read

    return _snapshot(read(connection), connection.info.server_version, schemas, excluded)


def take_over(
    channel: "Channel", *, schemas: Collection[str] | None = None, excluded: Collection[str] = ()
) -> Snapshot:
    """The snapshot that `take` takes, of a database that answers queries without a session. Raises QueryRefused."""
    from schemactl.catalog.reading import read_over

    return _snapshot(read_over(channel), channel.server_version, schemas, excluded)


def _snapshot(
    found: Mapping[Identity, Attributes], version: int, schemas: Collection[str] | None, excluded: Collection[str]
) -> Snapshot:
    hidden = HISTORY_SCHEMAS.union(excluded)
    objects = {
        identity: attributes
        for identity, attributes in sorted(found.items())
        if _belongs(identity, attributes, schemas, hidden)
    }
    return Snapshot(version, MappingProxyType(objects))


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
