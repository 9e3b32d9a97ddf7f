"""An order in which everything stands before what needs it."""

import heapq
from collections.abc import Collection, Mapping

from schemactl.catalog.snapshot import Identity
from schemactl.evolve.dependencies import Graph
from schemactl.evolve.expand import DEFAULT, IDENTITY, INDEX_PLACE, NOT_NULL, OWNED_BY, PLACE
from schemactl.evolve.model import Objects

_RANKS = (
    "schema", "extension", "language", "foreign data wrapper", "foreign server", "user mapping", "default privileges",
    "collation", "base type", "enum", "domain", "domain constraint", "range type", "composite type", "sequence",
    "function", "procedure", "aggregate", "operator", "operator family", "operator class", "cast",
    "text search parser", "text search template", "text search dictionary", "text search configuration",
    "table", "foreign table", "column", DEFAULT, NOT_NULL, IDENTITY, PLACE, OWNED_BY, "constraint", "index",
    INDEX_PLACE, "statistics", "view", "materialized view", "rule", "trigger", "policy", "event trigger",
    "publication", "publication schema", "publication table", "subscription", "security label",
)  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_RANKS)}
_LAST = len(_RANKS)


_Key = tuple[int, tuple[str, ...], int, Identity]


def order(chosen: Collection[Identity], graph: Graph, objects: Objects) -> tuple[Identity, ...]:
    """Those chosen of `objects`, each behind what it needs; by kind, place and name where nothing else decides.

    Soft dependencies give way where they would go round in a circle; a circle of hard ones is cut at its first member.
    """
    chosen = set(chosen)
    keys = {identity: _key(identity, objects) for identity in chosen}
    hard = {identity: set(graph.hard.get(identity, ())) & chosen for identity in chosen}
    soft = {identity: set(graph.soft.get(identity, ())) & chosen for identity in chosen}
    waiting = _reverse(hard, soft)
    heap = [keys[identity] for identity in chosen if not hard[identity] and not soft[identity]]
    heapq.heapify(heap)
    done: dict[Identity, None] = {}
    while len(done) < len(chosen):
        if not heap:
            heap = [keys[_cut(chosen - done.keys(), hard, keys)]]
        identity = heapq.heappop(heap)[-1]
        if identity in done:
            continue
        done[identity] = None
        for other in waiting.get(identity, ()):
            hard[other].discard(identity)
            soft[other].discard(identity)
            if not hard[other] and not soft[other] and other not in done:
                heapq.heappush(heap, keys[other])
    return tuple(done)


def _key(identity: Identity, objects: Objects) -> _Key:
    place = objects[identity].get("place", 0)
    return _RANK.get(identity.kind, _LAST), identity.path[:2], int(str(place)), identity


def _cut(
    left: Collection[Identity],
    hard: Mapping[Identity, set[Identity]],
    keys: Mapping[Identity, _Key],
) -> Identity:
    """Where to cut a circle: at an object that only wishes for others; at best at a function, whose body can wait."""
    open_ones = [identity for identity in left if not hard[identity]]
    bodies = [identity for identity in open_ones if identity.kind in ("function", "procedure")]
    return min(bodies or open_ones or left, key=lambda identity: keys[identity])


def _reverse(*edges: Mapping[Identity, set[Identity]]) -> Mapping[Identity, set[Identity]]:
    found: dict[Identity, set[Identity]] = {}
    for mapping in edges:
        for identity, needed in mapping.items():
            for other in needed:
                found.setdefault(other, set()).add(identity)
    return found
