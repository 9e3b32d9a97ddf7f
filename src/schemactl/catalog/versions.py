"""Snapshots from servers of different major versions: what differs because the versions do is left out."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from schemactl.catalog.snapshot import Attributes, Identity, Snapshot

# Attributes that a server before this version cannot show.
_ATTRIBUTES_SINCE = {("column", "not_null_name"): 180000}
# Before version 15 the schema is the first superuser's, and everybody may create in it (release notes of 15).
_PUBLIC = Identity("schema", ("public",))
_PUBLIC_SINCE = 150000
_ITS_OWNER = "pg_database_owner"


def comparable(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Both without what the older server cannot show, and with one start for the schema `public`.

    As they are where the major versions are the same.
    """
    if before.server_version // 10000 == after.server_version // 10000:
        return before, after
    older = min(before.server_version, after.server_version)
    uncompared = {key for key, since in _ATTRIBUTES_SINCE.items() if older < since}
    return _reduced(before, uncompared, after), _reduced(after, uncompared, before)


def _reduced(snapshot: Snapshot, uncompared: Collection[tuple[str, str]], other: Snapshot) -> Snapshot:
    kinds = {kind for kind, _ in uncompared}
    objects: dict[Identity, Attributes] = {
        identity: {name: value for name, value in attributes.items() if (identity.kind, name) not in uncompared}
        if identity.kind in kinds
        else attributes
        for identity, attributes in snapshot.objects.items()
    }
    if snapshot.server_version < _PUBLIC_SINCE <= other.server_version and _PUBLIC in objects:
        objects[_PUBLIC] = _as_newer(objects[_PUBLIC], other.objects.get(_PUBLIC, {}))
    return Snapshot(snapshot.server_version, MappingProxyType(objects))


def _as_newer(public: Attributes, newer: Attributes) -> Attributes:
    """The schema `public` of an older server, as one of `newer`'s version would have begun it."""
    found = dict(public)
    if newer.get("owner") == _ITS_OWNER:
        found["owner"] = _ITS_OWNER
    grants, theirs = public.get("grants"), newer.get("grants")
    if not isinstance(grants, Mapping) or not isinstance(theirs, Mapping):
        return found
    if grants.get("PUBLIC") == ["ALL"] and theirs.get("PUBLIC") == ["USAGE"]:
        found["grants"] = {**grants, "PUBLIC": ["USAGE"]}
    return found
