"""What must stand before what: read from the definitions, whose names are qualified.

`hard` are dependencies that the server insists on, `soft` what only makes a better order: a body that is looked into
when the function runs, the parts of a new table that are written together with it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.expand import DEFAULT, IDENTITY, INDEX_PLACE, NOT_NULL, OWNED_BY, PLACE, RELATIONS
from schemactl.evolve.model import Objects
from schemactl.evolve.naming import strings
from schemactl.evolve.references import fields, pairs, qualified, texts, words

_OF_TABLE = frozenset({"constraint", "index", "trigger", "rule", "policy", "publication table", PLACE})
_OF_COLUMN = frozenset({DEFAULT, NOT_NULL, IDENTITY})
# Names that others refer to by `schema.name`.
_NAMED = frozenset(
    {
        *RELATIONS, "sequence", "enum", "domain", "range type", "base type", "function", "procedure", "aggregate",
        "operator", "operator class", "operator family", "collation", "text search configuration",
        "text search dictionary", "text search parser", "text search template", "statistics", "index", "conversion",
    }
)  # fmt: skip
_READS_COLUMNS = frozenset(
    {"view", "materialized view", "policy", "rule", "trigger", "constraint", "index", "publication table", "statistics"}
)
_STRING_BODIES = frozenset({"function", "procedure"})
_UNREAD = frozenset({"comment", "grants", "owner", "body", "labels"})


@dataclass(frozen=True, slots=True)
class Graph:
    """Object → the objects that it needs. `dependents` is `hard` the other way round."""

    hard: Mapping[Identity, frozenset[Identity]]
    soft: Mapping[Identity, frozenset[Identity]]

    def dependents(self) -> Mapping[Identity, frozenset[Identity]]:
        """Object → the objects that need it."""
        found: dict[Identity, set[Identity]] = defaultdict(set)
        for identity, needed in self.hard.items():
            for other in needed:
                found[other].add(identity)
        return {identity: frozenset(others) for identity, others in found.items()}


def graph(objects: Objects) -> Graph:
    """The dependencies among `objects`, which are expanded."""
    names = _Names(objects)
    hard, soft = {}, {}
    for identity, attributes in objects.items():
        needed = {other for other in names.hard(identity, attributes) if other in objects and other != identity}
        wished = {other for other in names.soft(identity, attributes) if other in objects and other != identity}
        hard[identity], soft[identity] = frozenset(needed), frozenset(wished - needed)
    return Graph(hard, soft)


def container(
    identity: Identity, attributes: Attributes, objects: Objects, gone: Collection[Identity] = ()
) -> Identity | None:
    """What takes the object along when it is dropped: the table of a column, the column of a default.

    With `gone`, what is dropped, an index of a partition goes with the index that it is attached to.
    """
    kind, path = identity
    if kind == "index" and "constraint" in attributes:
        return Identity("constraint", (*path[:2], str(attributes["constraint"])))
    if (
        kind == "index"
        and gone
        and (place := objects.get(Identity(INDEX_PLACE, path)))
        and relation(path[:2], objects) not in gone
    ):
        return next((i for i in gone if i.kind == "index" and i.path[::2] == qualified(str(place["parent"]))), None)
    if kind in _OF_COLUMN:
        return Identity("column", path)
    if kind == "sequence" and isinstance(column := attributes.get("identity_of"), tuple):
        return Identity(IDENTITY, column)
    if kind == "column" or kind in _OF_TABLE:
        return relation(path[:2], objects)
    if kind == "domain constraint":
        return Identity("domain", path[:2])
    if kind == OWNED_BY:
        return Identity("sequence", path)
    if kind == "cast" and is_of_range(path, objects):
        return Identity("range type", qualified(path[0]))
    if kind == INDEX_PLACE:
        return Identity("index", path)
    if kind == "default privileges" and path[0]:
        return Identity("schema", path[:1])
    return None


def relation(path: tuple[str, ...], objects: Objects) -> Identity | None:
    """The table, view or composite type of that name."""
    return next((found for kind in RELATIONS if (found := Identity(kind, path)) in objects), None)


def is_of_range(path: tuple[str, ...], objects: Objects) -> bool:
    """Whether a cast is the one that comes with a range type, to its multirange."""
    return objects.get(Identity("range type", qualified(path[0])), {}).get("multirange") == path[1]


class _Names:
    """The objects by the names that definitions use."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._named: dict[tuple[str, str], list[Identity]] = defaultdict(list)
        self._bare: dict[str, list[Identity]] = defaultdict(list)
        self._columns: dict[tuple[str, ...], list[Identity]] = defaultdict(list)
        self._fields: dict[str, list[Identity]] = defaultdict(list)
        self._keys: dict[tuple[str, ...], list[tuple[Identity, Attributes]]] = defaultdict(list)
        self._children: dict[tuple[str, ...], list[Identity]] = defaultdict(list)
        self._partitions: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
        for identity, attributes in objects.items():
            self._add(identity, attributes)

    def _add(self, identity: Identity, attributes: Attributes) -> None:
        kind, path = identity
        if kind in _NAMED:
            name = path[2] if kind == "index" else path[1]
            self._named[path[0], name].append(identity)
            self._bare[name].append(identity)
        if kind == "range type" and isinstance(multirange := attributes.get("multirange"), str):
            parts = qualified(multirange)
            self._named[parts[0], parts[-1]].append(identity)
        if kind == "column":
            self._columns[path[:2]].append(identity)
            self._fields[path[2]].append(identity)
        if kind in ("column", "constraint", "index", DEFAULT, NOT_NULL, IDENTITY):
            self._children[path[:2]].append(identity)
        if kind == PLACE:
            for parent in strings(attributes["inherits"]):
                self._partitions[qualified(parent)].append(path)
        if kind == "constraint" and attributes["type"] in ("primary key", "unique"):
            self._keys[path[:2]].append((identity, attributes))
        if kind == "index" and "constraint" not in attributes and "UNIQUE" in str(attributes["definition"])[:14]:
            self._keys[path[:2]].append((identity, attributes))

    def hard(self, identity: Identity, attributes: Attributes) -> Iterator[Identity]:
        """What the server insists on."""
        kind, path = identity
        yield from self._of_place(identity, attributes)
        definition = [text for name, text in _texts(attributes) if name not in _UNREAD]
        if kind in _STRING_BODIES and _is_parsed(attributes):
            definition.append(str(attributes["body"]))
        yield from self.named(definition)
        yield from (column for text in definition for field in fields(text) for column in self._fields.get(field, ()))
        if kind in _READS_COLUMNS or (kind in _STRING_BODIES and _is_parsed(attributes)):
            yield from self._columns_read(identity, definition)
        match kind:
            case "constraint":
                yield from self._of_constraint(path, attributes)
            case _ if kind == INDEX_PLACE:
                yield Identity(PLACE, path[:2])
                for index in (Identity("index", path), *self._index(str(attributes["parent"]))):
                    held = self._objects.get(index, {})
                    yield index
                    if "constraint" in held:
                        yield Identity("constraint", (*index.path[:2], str(held["constraint"])))
            case "index" if attributes.get("replica_identity"):
                yield from (Identity(NOT_NULL, column.path) for column in self._columns[path[:2]])
            case "table" if (place := Identity(PLACE, path)) in self._objects:
                if self._objects[place].get("partition_bound") is None:
                    yield from self.named(texts([self._objects[place]["inherits"]]))
            case _ if kind == IDENTITY:
                yield Identity(NOT_NULL, path)
            case _ if kind == OWNED_BY:
                yield Identity("column", _path(attributes["column"]))
            case "trigger" if attributes.get("inherited"):
                yield Identity(PLACE, path[:2])
            case "foreign server" | "foreign table" | "user mapping":
                yield Identity("foreign data wrapper", (str(attributes.get("wrapper", "")),))
                yield Identity("foreign server", (str(attributes.get("server", path[0])),))
            case "publication table" | "publication schema":
                yield Identity("publication", path[-1:])
            case "column" if attributes["relation"] in ("table", "foreign table") and "generated" in attributes:
                mentioned = words(str(attributes["default"]))
                yield from (other for other in self._columns[path[:2]] if other.path[2] in mentioned)

    def soft(self, identity: Identity, attributes: Attributes) -> Iterator[Identity]:
        """What makes a better order."""
        kind, path = identity
        if kind in _STRING_BODIES:
            mentioned = words(str(attributes.get("body", "")))
            yield from (other for word in mentioned for other in self._bare.get(word, ()))
        if kind == "column" and (default := Identity(DEFAULT, path)) in self._objects:
            yield from (other for other in self.hard(default, self._objects[default]) if other != identity)
        if kind != "column":
            for pair in {pair for name, text in _texts(attributes) if name not in _UNREAD for pair in pairs(text)}:
                if Identity("composite type", pair) in self._objects:
                    yield from self._columns[pair]
        if kind == "index" and attributes.get("valid") is False:
            yield from (Identity(PLACE, partition) for partition in self._partitions[path[:2]])
        if kind == PLACE:
            yield from self._children[path[:2]]
            for parent in strings(attributes["inherits"]):
                yield from (
                    other for other in self._children[qualified(parent)] if other.kind in ("constraint", NOT_NULL)
                )
        if kind in ("table", "foreign table"):
            for child in self._children[path]:
                yield from (other for other in self.hard(child, self._objects[child]) if other.path[:2] != path)

    def named(self, definition: Iterable[str]) -> Iterator[Identity]:
        """The objects that a text names, with their schema."""
        for text in definition:
            for pair in pairs(text):
                yield from self._named.get(pair, ())

    def _of_place(self, identity: Identity, attributes: Attributes) -> Iterator[Identity]:
        kind, path = identity
        inside = container(identity, attributes, self._objects)
        if inside is not None:
            yield inside
        if len(path) > 1 and kind not in ("cast", "security label", "user mapping", "transform") and path[0]:
            yield Identity("schema", path[:1])
        if kind == "extension":
            yield Identity("schema", (str(attributes["schema"]),))

    def _columns_read(self, identity: Identity, definition: list[str]) -> Iterator[Identity]:
        """The columns of the relations named, as far as the text has a word like them."""
        path = identity.path
        mentioned = frozenset(word for text in definition for word in words(text))
        relations = {pair for text in definition for pair in pairs(text)}
        if identity.kind not in ("view", "materialized view", "statistics", *_STRING_BODIES):
            relations.add((path[0], path[1]))
        for pair in relations:
            yield from (column for column in self._columns.get(pair, ()) if column.path[2] in mentioned)

    def _of_constraint(self, path: tuple[str, ...], attributes: Attributes) -> Iterator[Identity]:
        columns = [str(column) for column in _sequence(attributes.get("columns"))]
        yield from (Identity("column", (*path[:2], column)) for column in columns)
        if attributes["type"] == "primary key":
            yield from (Identity(NOT_NULL, (*path[:2], column)) for column in columns)
        if attributes["type"] == "foreign key":
            other = qualified(str(attributes["references"]))
            referenced = [str(column) for column in _sequence(attributes.get("referenced_columns"))]
            yield from (Identity("column", (*other, column)) for column in referenced)
            for key, held in self._keys[other]:
                if "columns" in held:
                    is_meant = set(_sequence(held["columns"])) == set(referenced)
                else:
                    is_meant = set(referenced) <= words(str(held["definition"]))
                if is_meant:
                    yield key
        if attributes.get("inherited") and attributes["type"] == "foreign key":
            yield Identity(PLACE, path[:2])

    def _index(self, text: str) -> Iterator[Identity]:
        parts = qualified(text)
        return (found for found in self._named.get((parts[0], parts[-1]), ()) if found.kind == "index")


def _texts(attributes: Attributes) -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        yield from ((name, text) for text in texts([value]))


def _is_parsed(attributes: Attributes) -> bool:
    return str(attributes.get("body", "")).startswith(("BEGIN ATOMIC", "RETURN "))


def _path(value: object) -> tuple[str, ...]:
    return tuple(str(part) for part in _sequence(value))


def _sequence(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else ()
