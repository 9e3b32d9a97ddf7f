"""The `Database` type: tables, views, functions, enums and composite types of some schemas."""

from collections.abc import Callable, Iterator, Sequence

from schemactl.codegen.collation import Key, key
from schemactl.codegen.literals import Literals
from schemactl.codegen.model import Column, Kind, Relation, Schema
from schemactl.codegen.relationships import Lineage, Relationship, Relationships
from schemactl.codegen.results import Results
from schemactl.codegen.typescript import layout
from schemactl.codegen.typescript.functions import Functions
from schemactl.codegen.typescript.layout import Generic, Member, Object, Tuple, Type, Word, literal, nullable, union
from schemactl.codegen.typescript.options import Options, Precise
from schemactl.codegen.typescript.resolve import JSON, UNKNOWN, Resolver
from schemactl.codegen.views import updatable
from schemactl.core.resources import read_text
from schemactl.sql.names import Name

_JSON = """\
export type Json =
  | string
  | number
  | boolean
  | null
  | { [key: string]: Json | undefined }
  | Json[]
"""
_NEVER = Word("never")
_EMPTY = Object((Member("[_ in never]", _NEVER, raw=True),))
_TABLES = (Kind.TABLE, Kind.FOREIGN_TABLE)
Written = Callable[[Relation, Column], Member]
_VIEWS = (Kind.VIEW, Kind.MATERIALIZED_VIEW)


def generate(schema: Schema, options: Options) -> str:
    """The whole module."""
    writer = _Writer(schema, options)
    schemas = sorted(options.schemas, key=key)
    database = "".join(
        f"{line}\n" for name in schemas for line in layout.member(Member(name, writer.schema_type(name)), 2)
    )
    constants = "".join(writer.constants(name) for name in schemas)
    return (
        f"{_JSON}\nexport type Database = {{\n{_internals(options.postgrest_version)}{database}}}\n\n"
        f"{read_text('schemactl.codegen.typescript', 'helpers.ts')}"
        f"export const Constants = {{\n{constants}}} as const\n\n"
    )


def _internals(version: str | None) -> str:
    """What tells createClient of supabase-js which PostgREST it talks to."""
    if version is None:
        return ""
    return (
        "  // Allows to automatically instantiate createClient with right options\n"
        "  // instead of createClient<Database, { PostgrestVersion: 'XX' }>(URL, KEY)\n"
        f"  __InternalSupabase: {{\n    PostgrestVersion: {layout.quoted(version)}\n  }}\n"
    )


class _Writer:
    def __init__(self, schema: Schema, options: Options) -> None:
        self._schema = schema
        self._options = options
        self._resolver = Resolver(schema, options.schemas, options.precise)
        self._lineage = Lineage(schema)
        self._literals = Literals(schema)
        self._relationships = Relationships(schema, self._lineage, options.schemas)
        results = Results(schema, self._lineage) if Precise.FUNCTIONS in options.precise else None
        self._functions = Functions(schema, self._resolver, self._row, results)

    def schema_type(self, name: str) -> Object:
        """Everything in one schema."""
        return Object(
            (
                Member("Tables", _group(self._table(table) for table in self._relations(name, *_TABLES))),
                Member("Views", _group(self._view(view) for view in self._relations(name, *_VIEWS))),
                Member("Functions", _group(self._functions.of(name))),
                Member("Enums", _group(self._enums(name))),
                Member("CompositeTypes", _group(self._composites(name))),
            )
        )

    def constants(self, name: str) -> str:
        """The labels of a schema's enums, as values."""
        lines = [
            f"{line}\n"
            for enum in self._labels(name)
            for line in layout.member(Member(enum.name, Tuple(tuple(map(literal, self._schema.enums[enum])))), 6, ",")
        ]
        enums = f"    Enums: {{\n{''.join(lines)}    }},\n" if lines else "    Enums: {},\n"
        return f"  {layout.property_name(name)}: {{\n{enums}  }},\n"

    def _relations(self, name: str, *kinds: Kind) -> list[Relation]:
        found = [r for r in self._schema.relations.values() if r.name.schema == name and r.kind in kinds]
        return sorted(found, key=_name)

    def _table(self, table: Relation) -> Member:
        computed = tuple(_computed(item) for item in self._functions.computed(table))
        return Member(
            table.name.name,
            Object(
                (
                    Member("Row", Object((*self._row(table).members, *computed))),
                    Member("Insert", self._given(table, self._insert)),
                    Member("Update", self._given(table, self._update)),
                    self._relationship_list(table),
                )
            ),
        )

    def _view(self, view: Relation) -> Member:
        computed = tuple(_computed(item) for item in self._functions.computed(view))
        events = updatable.events(self._schema, view)
        writable = updatable.writable_columns(self._schema, view) if events else frozenset()
        given = Object(tuple(self._view_column(view, column, writable) for column in _sorted(view.columns)))
        members = [Member("Row", Object((*self._row(view).members, *computed)))]
        members += [Member("Insert", given)] if "insert" in events else []
        members += [Member("Update", given)] if "update" in events else []
        return Member(view.name.name, Object((*members, self._relationship_list(view))))

    def _row(self, relation: Relation) -> Object:
        """A relation's columns as they are read."""
        shown = {column.name for column in self._lineage.columns(relation.name) if column.not_null}
        known = shown if relation.kind in _VIEWS and Precise.VIEWS in self._options.precise else set()
        return Object(
            tuple(
                Member(column.name, self._value(relation, column, not_null=column.name in known))
                for column in _sorted(relation.columns)
            )
        )

    def _value(self, relation: Relation, column: Column, *, not_null: bool = False) -> Type:
        values = self._values(relation, column) if Precise.CHECKS in self._options.precise else None
        kind = union(tuple(map(literal, values))) if values else self._resolver.column(column.type)
        return self._not_null(kind) if not_null or self._is_not_null(column) else _or_null(kind)

    def _values(self, relation: Relation, column: Column) -> tuple[str, ...] | None:
        """The values that a CHECK lists, of the column itself or of the one that a view shows."""
        origin = next((c.origin for c in self._lineage.columns(relation.name) if c.name == column.name), None)
        table = self._schema.relations.get(origin.table) if origin else None
        if origin is None or table is None:
            return self._literals.ordered(relation, column)
        return next((self._literals.ordered(table, c) for c in table.columns if c.name == origin.column), None)

    def _not_null(self, kind: Type) -> Type:
        """A document that is not an SQL null; it may still be JSON's."""
        return Generic("NonNullable", ("Json",)) if kind == JSON else kind

    def _is_not_null(self, column: Column) -> bool:
        return column.not_null or self._schema.is_not_null(column.type)

    def _insert(self, table: Relation, column: Column) -> Member:
        if _never_given(column):
            return Member(column.name, _NEVER, optional=True)
        optional = column.has_default or column.identity is not None or not self._is_not_null(column)
        return Member(column.name, self._value(table, column), optional=optional)

    def _update(self, table: Relation, column: Column) -> Member:
        return Member(column.name, _NEVER if _never_given(column) else self._value(table, column), optional=True)

    def _given(self, table: Relation, written: Written) -> Object:
        return Object(tuple(written(table, column) for column in _sorted(table.columns)))

    def _view_column(self, view: Relation, column: Column, writable: frozenset[str]) -> Member:
        return Member(column.name, self._value(view, column) if column.name in writable else _NEVER, optional=True)

    def _relationship_list(self, relation: Relation) -> Member:
        found = self._relationships.of(relation.name)
        return Member("Relationships", Tuple(tuple(self._relationship(item) for item in found)))

    def _relationship(self, item: Relationship) -> Object:
        one_to_one = (Member("isOneToOne", Word(str(item.one_to_one).lower())),) if self._options.one_to_one else ()
        return Object(
            (
                Member("foreignKeyName", literal(item.name)),
                Member("columns", Tuple(tuple(map(literal, item.columns)))),
                *one_to_one,
                Member("referencedRelation", literal(item.references.name)),
                Member("referencedColumns", Tuple(tuple(map(literal, item.referenced_columns)))),
            )
        )

    def _labels(self, name: str) -> list[Name]:
        """The enums of a schema that have labels."""
        found = [enum for enum, labels in self._schema.enums.items() if enum.schema == name and labels]
        return sorted(found, key=lambda enum: key(enum.name))

    def _enums(self, name: str) -> Iterator[Member]:
        for enum in self._labels(name):
            yield Member(enum.name, union(tuple(map(literal, self._schema.enums[enum]))))

    def _composites(self, name: str) -> Iterator[Member]:
        for composite in self._relations(name, Kind.COMPOSITE_TYPE):
            if composite.columns:
                attributes = [Member(c.name, _or_null(self._resolver.of(c.type))) for c in composite.columns]
                yield Member(composite.name.name, Object(tuple(attributes)))


def _group(members: Iterator[Member]) -> Object:
    found = tuple(members)
    return Object(found) if found else _EMPTY


def _computed(item: Member) -> Member:
    return Member(item.name, _or_null(item.type))


def _or_null(kind: Type) -> Type:
    return kind if kind == UNKNOWN else nullable(kind)


def _never_given(column: Column) -> bool:
    """Whether a statement may not give the column a value."""
    return column.identity == "always" or column.generated


def _sorted(columns: Sequence[Column]) -> list[Column]:
    return sorted(columns, key=lambda column: key(column.name))


def _name(relation: Relation) -> Key:
    return key(relation.name.name)
