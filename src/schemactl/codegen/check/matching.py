"""Which type of a file describes which table or view."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemactl.codegen.check.declarations import Module, Shape
from schemactl.codegen.model import Kind, Relation, Schema

_ENDINGS = ("row", "record", "entity", "dbrow", "db")


@dataclass(frozen=True, slots=True)
class Pair:
    """A shape and the relation that it describes."""

    shape: Shape
    relation: Relation


@dataclass(frozen=True, slots=True)
class Matches:
    """The pairs; shapes that share a relation's name, but not half of its columns; rows of relations that are gone."""

    pairs: tuple[Pair, ...]
    left_alone: tuple[Pair, ...]
    gone: tuple[Shape, ...]


def match(module: Module, schema: Schema, schemas: Sequence[str]) -> Matches:
    """Find the relation of each shape: by its path in a `Database` type, or by its name."""
    relations = [r for r in schema.relations.values() if r.name.schema in schemas and r.kind is not Kind.COMPOSITE_TYPE]
    pairs: list[Pair] = []
    left_alone: list[Pair] = []
    gone: list[Shape] = []
    for shape in module.shapes:
        match shape.path:
            case (*_, schema_name, "Tables" | "Views", name, "Row") if schema_name in schemas:
                found = next((r for r in relations if r.name == (schema_name, name)), None)
                if found:
                    pairs.append(Pair(shape, found))
                else:
                    gone.append(shape)
            case (name,):
                found = _named(name, relations)
                if found:
                    (pairs if _describes(shape, found) else left_alone).append(Pair(shape, found))
    return Matches(tuple(pairs), tuple(left_alone), tuple(gone))


def camel(name: str) -> str:
    """`song_id` as `songId`."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _describes(shape: Shape, relation: Relation) -> bool:
    """Whether at least half of a shape's properties are columns: another type may have the same name by chance."""
    columns = {name for column in relation.columns for name in (column.name, camel(column.name))}
    return 2 * sum(item.name in columns for item in shape.properties) >= len(shape.properties)


def _named(name: str, relations: Iterable[Relation]) -> Relation | None:
    """The one relation of this name, or else the one that is called the same in singular or plural."""
    for words in (_plain, _stems):
        found = [relation for relation in relations if words(name) & words(relation.name.name)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _plain(name: str) -> frozenset[str]:
    return frozenset({re.sub(r"[^a-z0-9]", "", name.lower())})


def _stems(name: str) -> frozenset[str]:
    """What a name may be called once case, underscores, endings and number are put aside."""
    (plain,) = _plain(name)
    bare = {plain} | {plain.removesuffix(ending) for ending in _ENDINGS if plain.endswith(ending) and plain != ending}
    return frozenset(stem for word in bare for stem in (word, _singular(word)))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
