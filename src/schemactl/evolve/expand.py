"""A snapshot taken apart further: what has an order of its own in a script becomes an object of its own.

A column's default and its NOT NULL, the column that a sequence belongs to, and a table's place below its parents, come
and go apart from the object that the snapshot lists them with.
"""

from collections.abc import Iterator, Mapping

from schemactl.catalog.snapshot import Attributes, Identity, Snapshot
from schemactl.evolve.model import Objects
from schemactl.evolve.references import qualified

DEFAULT, NOT_NULL, IDENTITY, OWNED_BY, PLACE = "default", "not null", "identity", "owned by", "place"
INDEX_PLACE = "index place"
RELATIONS = ("table", "foreign table", "view", "materialized view", "composite type")
_NOT_NULLS = ("not_null", "not_null_validated", "not_null_no_inherit", "not_null_name", "not_null_comment")


def expand(snapshot: Snapshot) -> Objects:
    """The objects of a snapshot, and those that are made of their attributes."""
    relations = {path: kind for kind, path in snapshot.objects if kind in RELATIONS}
    return {
        part: held
        for identity, attributes in snapshot.objects.items()
        for part, held in _parts(identity, attributes, relations, snapshot.objects)
    }


def _parts(
    identity: Identity, attributes: Attributes, relations: Mapping[tuple[str, ...], str], objects: Objects
) -> Iterator[tuple[Identity, Attributes]]:
    rest = dict(attributes)
    match identity.kind:
        case "column":
            kind = relations.get(identity.path[:2], "table")
            rest["relation"] = kind
            rest["place"] = rest.pop("position")
            if "generated" not in rest and "default" in rest:
                yield Identity(DEFAULT, identity.path), {"expression": rest.pop("default"), "relation": kind}
            if "identity" in rest and not rest.get("inherited"):
                yield Identity(IDENTITY, identity.path), {"generated": rest.pop("identity"), "relation": kind}
            held = {name: rest.pop(name) for name in _NOT_NULLS if name in rest}
            if held.get("not_null"):
                yield Identity(NOT_NULL, identity.path), {**held, "relation": kind}
        case "sequence" if "owned_by" in rest:
            column = column_of(str(rest["owned_by"]))
            if objects.get(Identity("column", column), {}).get("identity"):
                rest["identity_of"] = column
            else:
                yield Identity(OWNED_BY, identity.path), {"column": column}
            del rest["owned_by"]
        case "table" | "foreign table" if "inherits" in rest:
            held = {"inherits": rest.pop("inherits"), "partition_bound": rest.pop("partition_bound", None)}
            yield Identity(PLACE, identity.path), held
        case "index" if "parent" in rest:
            yield Identity(INDEX_PLACE, identity.path), {"parent": rest.pop("parent")}
    yield identity, rest


def is_partition(path: tuple[str, ...], objects: Objects) -> bool:
    """Whether the table of that name is to be a partition."""
    return bool(objects.get(Identity(PLACE, path), {}).get("partition_bound"))


def column_of(text: str) -> tuple[str, ...]:
    """The path of a column that is written as SQL: `public.t."Id"`."""
    return qualified(text)
