"""The difference of two snapshots: nothing that a snapshot holds is left out of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemactl.catalog.snapshot import Attributes, Identity, Snapshot
from schemactl.catalog.versions import comparable
from schemactl.core.results import Json


class Action(StrEnum):
    """What became of an object."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute before and after; None where it does not apply. A grant's name is `grants.<grantee>`."""

    name: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one object, and each attribute that makes the difference, by name."""

    action: Action
    object: Identity
    attributes: tuple[AttributeChange, ...]


def difference(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """What turned `before` into `after`, by identity; empty when and only when the fingerprints are equal.

    A column that moves because another one came or went has not changed. Columns that changed places are one change of
    their table, attribute `column_order`. Between servers of different major versions `comparable` says what counts.
    """
    before, after = comparable(before, after)
    changes: dict[Identity, Change] = {}
    for identity in before.objects.keys() | after.objects.keys():
        old, new = before.objects.get(identity), after.objects.get(identity)
        if old == new:
            continue
        attributes = tuple(_compare(old or {}, new or {}))
        if old is None:
            changes[identity] = Change(Action.ADDED, identity, attributes)
        elif new is None:
            changes[identity] = Change(Action.REMOVED, identity, attributes)
        elif identity.kind == "column":
            attributes = tuple(change for change in attributes if change.name != "position")
            if attributes:
                changes[identity] = Change(Action.CHANGED, identity, attributes)
        elif attributes:
            changes[identity] = Change(Action.CHANGED, identity, attributes)
    for identity, order in _reordered(before, after):
        known = changes.get(identity, Change(Action.CHANGED, identity, ()))
        changes[identity] = Change(known.action, identity, (*known.attributes, order))
    return tuple(changes[identity] for identity in sorted(changes))


def as_json(changes: tuple[Change, ...]) -> list[Json]:
    """The changes as JSON: action, kind, path, and name, before and after of each attribute."""
    return [
        {
            "action": change.action.value,
            "kind": change.object.kind,
            "path": change.object.path,
            "attributes": [{"name": a.name, "before": a.before, "after": a.after} for a in change.attributes],
        }
        for change in changes
    ]


def _compare(old: Attributes, new: Attributes) -> Iterator[AttributeChange]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, Mapping) or isinstance(after, Mapping):
            inner_before = before if isinstance(before, Mapping) else {}
            inner_after = after if isinstance(after, Mapping) else {}
            for inner in _compare(inner_before, inner_after):
                yield AttributeChange(f"{name}.{inner.name}", inner.before, inner.after)
        else:
            yield AttributeChange(name, before, after)


def _reordered(before: Snapshot, after: Snapshot) -> Iterator[tuple[Identity, AttributeChange]]:
    old, new = _columns(before), _columns(after)
    for relation in old.keys() & new.keys():
        kept = set(old[relation]) & set(new[relation])
        was = [column for column in old[relation] if column in kept]
        now = [column for column in new[relation] if column in kept]
        if was != now:
            yield _relation(after, relation), AttributeChange("column_order", old[relation], new[relation])


def _columns(snapshot: Snapshot) -> dict[tuple[str, ...], list[str]]:
    """The columns of each relation, in order."""
    found: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for (kind, path), attributes in snapshot.objects.items():
        if kind == "column" and isinstance(position := attributes["position"], int):
            found.setdefault(path[:2], []).append((position, path[2]))
    return {relation: [name for _, name in sorted(columns)] for relation, columns in found.items()}


def _relation(snapshot: Snapshot, path: tuple[str, ...]) -> Identity:
    kinds = ("table", "foreign table", "view", "materialized view", "composite type")
    return next(Identity(kind, path) for kind in kinds if Identity(kind, path) in snapshot.objects)
