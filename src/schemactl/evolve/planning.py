"""Which objects are dropped, made and changed, and in which order: the plan of a script."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.dependencies import Graph, container, graph
from schemactl.evolve.expand import DEFAULT, IDENTITY, INDEX_PLACE, NOT_NULL, OWNED_BY, PLACE, is_partition
from schemactl.evolve.model import Objects
from schemactl.evolve.naming import strings
from schemactl.evolve.ordering import order
from schemactl.evolve.references import qualified
from schemactl.evolve.writers.casts import conversion, is_one_value
from schemactl.evolve.writers.dispatch import TABLES, TYPES, alterable

# What stays when something that it depends on is dropped and made again: it holds rows or other objects.
_STAYS = frozenset({*TABLES, "schema", "extension", "default privileges", "publication", "sequence"})
# What a column that changes its type must be rid of; indexes and checks change along with it.
_READS_TYPES = frozenset(
    {"view", "materialized view", "rule", "policy", "trigger", "function", "procedure", "publication table"}
)
_REMADE = frozenset({"view", "materialized view", "function", "procedure", "aggregate", "policy", "trigger", "rule"})
_IN_TABLE = frozenset({"column", "constraint", DEFAULT, NOT_NULL, IDENTITY})


@dataclass(frozen=True)
class Plan:
    """`drops` and `makes` in their order; `makes` holds what is created and what is altered.

    `again` are new objects that would stand in the way of a second run.
    `moved_types` are made anew while columns of them stay, dependents first; `late` goes once nothing has it.
    """

    before: Objects
    after: Objects
    needs: Graph
    again: tuple[Identity, ...]
    drops: tuple[Identity, ...]
    makes: tuple[Identity, ...]
    created: frozenset[Identity]
    retyped: frozenset[Identity]
    moved: frozenset[Identity]
    moved_types: tuple[Identity, ...]
    late: frozenset[Identity]
    inline: frozenset[Identity]


def plan(before: Objects, after: Objects, version: int) -> Plan:
    """What turns `before` into `after`; both are expanded."""
    was, now = graph(before), graph(after)
    changes = _Changes(before, after, version)
    changes.spread(was)
    while readers := changes.new_readers(now):
        for reader in readers:
            changes.replace(reader)
        changes.spread(was)
    dropped = changes.removed | changes.replaced
    created = frozenset((after.keys() - before.keys()) | changes.replaced)
    altered = (changes.changed | changes.retyped) - changes.replaced
    makes = order(created | altered, now, after)
    places = {identity: place for place, identity in enumerate(makes)}
    loose = {i.path: _staying(i, before, after) for i in (*dropped, *created, *changes.changed) if i.kind == PLACE}
    old = {path: parents for path, parents in loose.items() if any(Identity(kind, path) in before for kind in TABLES)}
    return Plan(
        before=_on_their_own(before, loose, keys=True),
        after=_on_their_own(after, old, keys=False),
        needs=now,
        again=tuple(reversed(order(_in_the_way(changes, now), now, after))),
        drops=tuple(_drops(dropped, changes, before, was)),
        makes=makes,
        created=created,
        retyped=frozenset(changes.retyped),
        moved=frozenset(changes.moved),
        moved_types=tuple(reversed(order(changes.moved_types, was, before))),
        late=_late(changes, was),
        inline=frozenset(_inline(makes, places, created, after, now)),
    )


class _Changes:
    """The differences, and what they bring with them."""

    def __init__(self, before: Objects, after: Objects, version: int) -> None:
        self.before, self.after = before, after
        self.removed = set(before.keys() - after.keys())
        common = before.keys() & after.keys()
        self.changed = {i for i in common if _compared(before[i]) != _compared(after[i])}
        self.replaced: set[Identity] = set()
        self.retyped = {i for i in self.changed if i.kind == "column" and _is_retyped(before[i], after[i])}
        self.moved: set[Identity] = set()
        self.moved_types: set[Identity] = set()
        for identity in self.changed:
            if not alterable(identity, before[identity], after[identity], before, after) or (
                identity.kind == "column" and _needs_new_column(before[identity], after[identity], version)
            ):
                self.replace(identity)
        self._make_room_for_identities()

    def spread(self, was: Graph) -> None:
        """Whoever depends on what goes must go too, and comes back afterwards."""
        dependents = was.dependents()
        self._make_types_anew(was)
        waiting = [*self.removed, *self.replaced, *self.retyped]
        seen: set[Identity] = set()
        while waiting:
            identity = waiting.pop()
            if identity in seen:
                continue
            seen.add(identity)
            for other in dependents.get(identity, ()):
                if other in self.after and other not in self.replaced and self._touch(identity, other):
                    seen.discard(other)
                    waiting.append(other)
                    waiting += self._make_types_anew(was)
        self._keep_what_moved_types_need(was)

    def _make_types_anew(self, was: Graph) -> Collection[Identity]:
        """No attribute of a composite type changes its type while a table has the type: it is made anew then."""
        retyped = {Identity("composite type", i.path[:2]) for i in self.retyped} & self.before.keys() - self.replaced
        found = [identity for identity in retyped if self._is_held(identity, was)]
        for identity in found:
            self.replace(identity)
            for column in [i for i in self.before if i.kind == "column" and i.path[:2] == identity.path]:
                if column in self.after:
                    self.replace(column)
        return found

    def _is_held(self, identity: Identity, was: Graph) -> bool:
        """Whether a table has a column of the type, of an array of it, or of a type that is made of it."""
        for other in was.dependents().get(identity, ()):
            if other.kind == "column" and self.before[other]["relation"] in TABLES:
                return True
            inside = Identity("composite type", other.path[:2]) if other.kind == "column" else other
            if inside != identity and inside.kind in TYPES and self._is_held(inside, was):
                return True
        return False

    def _keep_what_moved_types_need(self, was: Graph) -> None:
        """A type keeps another name while columns of it stay, and so must the types that it is made of."""
        waiting = list(self.moved_types)
        while waiting:
            identity = waiting.pop()
            parts = [identity, *(i for i in self.before if i.kind == "column" and i.path[:2] == identity.path)]
            for other in {needed for part in parts for needed in was.hard[part]}:
                if other.kind in TYPES and other in self.replaced and other not in self.moved_types:
                    self.moved_types.add(other)
                    waiting.append(other)

    def _touch(self, identity: Identity, other: Identity) -> bool:
        """Note what becomes of `other`, which depends on `identity`; whether anything does."""
        if other.kind in _STAYS and not (other.kind == "sequence" and "identity_of" in self.before[other]):
            return False
        gone = identity in self.removed or identity in self.replaced
        if not gone:
            return self._touch_by_type(identity, other)
        if other.kind == "column" and identity.kind in TYPES:
            if other.path[:2] == identity.path and identity.kind == "composite type":
                return False
            if "generated" in self.after[other]:
                self.replace(other)
                return True
            moves = identity in self.replaced
            if moves:
                self.moved_types.add(identity)
                self.moved.add(other)
            known = other in self.retyped
            self.retyped.add(other)
            return not known
        if other.kind == "column" and identity.kind == "column" and "generated" not in self.before[other]:
            return False
        if other.kind == "composite type":
            return False
        self.replace(other)
        return True

    def _touch_by_type(self, identity: Identity, other: Identity) -> bool:
        reads = other.kind in _READS_TYPES or (other.kind == "column" and "generated" in self.before[other])
        is_key = other.kind == "constraint" and self.before[other]["type"] == "foreign key"
        if other.kind == DEFAULT or is_key:
            old, new = self.before[identity], self.after[identity]
            reads = identity in self.moved or bool(conversion(str(old["type"]), str(new["type"])).note)
        if reads:
            self.replace(other)
        return reads

    def new_readers(self, now: Graph) -> Collection[Identity]:
        """What changes in place, and only then depends on what goes or changes its type: a second run needs it away."""
        gone = self.replaced | self.retyped
        return [
            i for i in self.changed - self.replaced if i.kind in _REMADE and not gone.isdisjoint(now.hard.get(i, ()))
        ]

    def replace(self, identity: Identity) -> None:
        self.replaced.add(identity)
        self.retyped.discard(identity)

    def _make_room_for_identities(self) -> None:
        """A sequence that a column had by its default gives way to that of the identity, which has its name."""
        for identity in self.before.keys() & self.after.keys():
            if identity.kind != "sequence":
                continue
            old, new = (held[identity].get("identity_of") for held in (self.before, self.after))
            if old != new:
                self.replace(identity)


_Parents = Mapping[tuple[str, ...], Collection[tuple[str, ...]]]


def _staying(place: Identity, before: Objects, after: Objects) -> Collection[tuple[str, ...]]:
    """The parents that a table has and keeps."""
    was, now = (strings(objects.get(place, {}).get("inherits")) for objects in (before, after))
    return [qualified(parent) for parent in was if parent in now and not is_partition(place.path, after)]


def _on_their_own(objects: Objects, loose: _Parents, *, keys: bool) -> Objects:
    """The objects, of which parts of tables in `loose` do not come and go with their parents' but for those that stay.

    They are apart then. Without `keys` those of partitions, and foreign keys, still are their parent's.
    """

    def is_apart(identity: Identity, a: Attributes) -> bool:
        path = identity.path[:2]
        if path not in loose or not a.get("inherited"):
            return False
        if identity.kind == "constraint" and not keys and (a["type"] != "check" or is_partition(path, objects)):
            return False
        return not any(Identity(identity.kind, (*parent, identity.path[2])) in objects for parent in loose[path])

    return {
        identity: {key: value for key, value in a.items() if key != "inherited"}
        if identity.kind in ("column", "constraint") and is_apart(identity, a)
        else a
        for identity, a in objects.items()
    }


def _late(changes: _Changes, was: Graph) -> frozenset[Identity]:
    """What goes for good, but stands until nothing has it: former types of columns, what moved types are made of.

    A schema goes last of all: an extension may be moved out of it.
    """
    found = {
        other
        for column in changes.retyped
        for other in was.hard[column]
        if other in changes.removed and other.kind in (*TYPES, "collation")
    }
    needed = {other for identity in changes.moved_types for other in was.hard[identity]}
    schemas = {identity for identity in changes.removed if identity.kind == "schema"}
    return frozenset(found | (needed & changes.removed) | schemas)


def _in_the_way(changes: _Changes, now: Graph) -> Collection[Identity]:
    """New objects that depend on what the script drops and makes again, or on columns that change their type."""
    dependents = now.dependents()
    waiting = [*changes.replaced, *changes.retyped]
    found: set[Identity] = set()
    while waiting:
        for other in dependents.get(waiting.pop(), ()):
            stands = other.kind in _REMADE or (
                other.kind == DEFAULT and Identity("column", other.path) in changes.retyped
            )
            if stands and other not in changes.before and other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _drops(dropped: set[Identity], changes: _Changes, before: Objects, was: Graph) -> Iterable[Identity]:
    """What needs a DROP of its own, dependents first; a table takes its parts along."""
    roots = {identity: _root(identity, before, dropped) for identity in dropped}
    lifted: dict[Identity, set[Identity]] = {root: set() for root in roots.values()}
    for identity, root in roots.items():
        if identity.kind == INDEX_PLACE:
            continue
        lifted[root].update(roots[other] for other in was.hard[identity] if other in roots and roots[other] != root)
    soft = {identity: was.soft[identity] | lifted.get(identity, set()) for identity in dropped}
    drops = tuple(reversed(order(dropped, Graph(was.hard, {i: frozenset(o) for i, o in soft.items()}), before)))
    places = {identity: place for place, identity in enumerate(drops)}
    for identity in drops:
        root = roots[identity]
        if identity.kind == "domain constraint" and root in changes.moved_types:
            if any(roots.get(other, root) != root for other in was.hard[identity]):
                yield identity
            continue
        if root != identity and not any(
            places[roots[other]] < places[root] for other in was.hard[identity] if other in roots
        ):
            continue
        if identity.kind == "column" and _root(identity, before, changes.moved_types) != identity:
            continue
        if identity.kind == OWNED_BY and root != identity:
            continue
        if identity.kind == "sequence" and _goes_with_its_column(identity, before, dropped):
            continue
        yield identity


def _root(identity: Identity, before: Objects, dropped: Collection[Identity]) -> Identity:
    """What takes the object along when it is dropped; maybe itself."""
    inside = container(identity, before[identity], before, dropped)
    while inside is not None and inside in dropped:
        identity = inside
        inside = container(identity, before[identity], before, dropped)
    return identity


def _goes_with_its_column(identity: Identity, before: Objects, dropped: set[Identity]) -> bool:
    held = before.get(Identity(OWNED_BY, identity.path))
    if held is None:
        return False
    column = held["column"]
    return isinstance(column, tuple) and Identity("column", column) in dropped


def _inline(
    makes: tuple[Identity, ...], places: dict[Identity, int], created: frozenset[Identity], after: Objects, now: Graph
) -> Iterable[Identity]:
    """The parts of new tables whose needs are met when the table is made."""
    found: set[Identity] = set()
    tables = {
        identity.path: place for identity, place in places.items() if identity.kind in TABLES and identity in created
    }
    for identity in makes:
        place = tables.get(identity.path[:2])
        if place is None and _belongs_to_new_column(identity, created, after, found):
            place = places[Identity("column", identity.path)]
        if place is None or identity.kind not in _IN_TABLE or not _may_be_inline(identity, after):
            continue
        if identity.kind == "constraint" and _is_attached_later(identity, created, after):
            continue
        own = {Identity(kind, identity.path[:2]) for kind in TABLES} | {Identity("column", identity.path)}
        needed = now.hard[identity] - own
        if all(_is_met(other, identity, found, places, place) for other in needed):
            found.add(identity)
    return found


def _is_met(other: Identity, identity: Identity, found: set[Identity], places: dict[Identity, int], place: int) -> bool:
    beside = other.path[:2] == identity.path[:2] and other.kind in _IN_TABLE and other in places
    return other in found if beside else places.get(other, -1) < place


def _belongs_to_new_column(
    identity: Identity, created: frozenset[Identity], after: Objects, found: set[Identity]
) -> bool:
    """Whether ADD COLUMN can say it: a default that is one value for all rows, NOT NULL beside it, an identity."""
    column = Identity("column", identity.path)
    if identity.kind not in (DEFAULT, NOT_NULL, IDENTITY) or column not in created:
        return False
    if after[column]["relation"] not in TABLES or after[column].get("generated") or after[column].get("inherited"):
        return False
    if identity.kind == DEFAULT:
        return is_one_value(str(after[identity]["expression"]))
    default = Identity(DEFAULT, identity.path)
    if default in found:
        return not str(after[default]["expression"]).upper().startswith("NULL")
    return Identity(IDENTITY, identity.path) in created


def _may_be_inline(identity: Identity, after: Objects) -> bool:
    a = after[identity]
    held = after.get(Identity(PLACE, identity.path[:2]))
    partition = bool(held and held.get("partition_bound"))
    if identity.kind == "constraint":
        if a.get("validated") is False and a.get("enforced") is not False:
            return False
        if a["type"] == "unique" and _repeats_a_key(identity, after):
            return False
        return not a.get("inherited") or (partition and a["type"] != "foreign key")
    if identity.kind in (DEFAULT, NOT_NULL, IDENTITY):
        column = after[Identity("column", identity.path)]
        own_words = {"not_null_no_inherit", "not_null_validated"} & a.keys()
        return (not column.get("inherited") or partition) and "not_null_validated" not in own_words
    return not a.get("inherited") or partition


def _is_attached_later(identity: Identity, created: frozenset[Identity], after: Objects) -> bool:
    """Whether it is the key of a new partition of a table that was there: it goes with the parent's in another run."""
    held = after.get(Identity(PLACE, identity.path[:2]))
    if not after[identity].get("inherited") or held is None or after[identity]["type"] in ("check", "foreign key"):
        return False
    return not any(Identity("table", qualified(parent)) in created for parent in strings(held["inherits"]))


def _repeats_a_key(identity: Identity, after: Objects) -> bool:
    """Whether CREATE TABLE would leave the constraint out, because another key has the same columns."""
    columns = after[identity].get("columns")
    return any(
        other != identity and other.path[:2] == identity.path[:2] and a.get("columns") == columns
        for other, a in after.items()
        if other.kind == "constraint" and a["type"] in ("primary key", "unique")
    )


def _compared(a: Attributes) -> dict[str, object]:
    return {key: value for key, value in a.items() if key not in ("place", "relation")}


def _is_retyped(before: Attributes, after: Attributes) -> bool:
    return any(before.get(key) != after.get(key) for key in ("type", "collation"))


def _needs_new_column(before: Attributes, after: Attributes, version: int) -> bool:
    if "generated" not in after:
        return False
    if _is_retyped(before, after):
        return True
    return before.get("default") != after.get("default") and version < 170000
