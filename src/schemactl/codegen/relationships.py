"""Foreign keys as an API shows them: between tables, and from and to the views that show all of a key's columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from schemactl.codegen.collation import Key, key
from schemactl.codegen.model import Column, ForeignKey, Kind, Relation, Schema
from schemactl.codegen.views.query import columns as columns_of
from schemactl.codegen.views.scope import Origin, Output
from schemactl.core.errors import SourceError
from schemactl.sql.names import Name
from schemactl.sql.parse import parse

_VIEWS = (Kind.VIEW, Kind.MATERIALIZED_VIEW)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A foreign key seen from one relation to another; either may be a view that shows its columns."""

    name: str
    relation: Name
    columns: tuple[str, ...]
    references: Name
    referenced_columns: tuple[str, ...]
    one_to_one: bool


class Lineage:
    """Where the columns of views come from; each view's query is read once."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._known: dict[Name, Sequence[Output]] = {}

    def columns(self, name: Name) -> Sequence[Output]:
        """The columns of a table or view, in order; none for a relation that is not in the schema."""
        if name not in self._known:
            self._known[name] = ()  # a view cannot read itself; a broken snapshot might say so
            relation = self._schema.relations.get(name)
            self._known[name] = self._read(relation) if relation else ()
        return self._known[name]

    def _read(self, relation: Relation) -> Sequence[Output]:
        if relation.kind not in _VIEWS:
            return [
                Output(column.name, Origin(relation.name, column.name), self._is_not_null(column))
                for column in relation.columns
            ]
        try:
            (statement,) = parse(relation.definition).statements
            found = columns_of(statement.node, self.columns)
        except SourceError:
            found = ()
        if len(found) != len(relation.columns):
            return [Output(column.name) for column in relation.columns]
        return [
            Output(column.name, output.origin, output.not_null)
            for column, output in zip(relation.columns, found, strict=True)
        ]

    def _is_not_null(self, column: Column) -> bool:
        return column.not_null or self._schema.is_not_null(column.type)


class Relationships:
    """Every relationship of the relations in some schemas, by relation."""

    def __init__(self, schema: Schema, lineage: Lineage, included: Sequence[str]) -> None:
        self._schema = schema
        self._lineage = lineage
        self._included = included

    def of(self, relation: Name) -> list[Relationship]:
        """The relationships from a relation to those of its own schema, in the order of their names."""
        found = [item for item in self._by_relation.get(relation, ()) if item.references.schema == relation.schema]
        return sorted(found, key=_order)

    @cached_property
    def _by_relation(self) -> Mapping[Name, list[Relationship]]:
        found: dict[Name, list[Relationship]] = {}
        for foreign_key in self._schema.foreign_keys:
            if foreign_key.table.schema in self._included:
                for item in self._seen(foreign_key):
                    found.setdefault(item.relation, []).append(item)
        return found

    def _seen(self, foreign_key: ForeignKey) -> Iterator[Relationship]:
        near = self._showing(foreign_key.table, foreign_key.columns)
        far = self._showing(foreign_key.references, foreign_key.referenced_columns)
        for (relation, columns), (references, referenced) in product(near, far):
            yield Relationship(foreign_key.name, relation, columns, references, referenced, foreign_key.one_to_one)

    def _showing(self, table: Name, columns: Sequence[str]) -> list[tuple[Name, tuple[str, ...]]]:
        """The table, and each view with each choice of columns that show these."""
        found = [(table, tuple(columns))]
        for view, shown in self._views.items():
            choices = [shown.get(Origin(table, column), ()) for column in columns]
            found += [(view, choice) for choice in product(*choices)]
        return found

    @cached_property
    def _views(self) -> Mapping[Name, Mapping[Origin, list[str]]]:
        found: dict[Name, dict[Origin, list[str]]] = {}
        for name, relation in self._schema.relations.items():
            if relation.kind in _VIEWS and name.schema in self._included:
                for column in self._lineage.columns(name):
                    if column.origin:
                        found.setdefault(name, {}).setdefault(column.origin, []).append(column.name)
        return found


def _order(item: Relationship) -> tuple[Key, Key, Key, Key]:
    return key(item.name), key(item.references.name), _list_key(item.referenced_columns), _list_key(item.columns)


def _list_key(names: Sequence[str]) -> Key:
    """The key of a list as JSON writes it."""
    return key("[" + ",".join(f'"{name}"' for name in names) + "]")
