"""Postgres types in TypeScript."""

from collections.abc import Collection

from schemactl.codegen.model import Kind, Schema, TypeName
from schemactl.codegen.typescript.layout import ArrayOf, Generic, Type, Word, literal, union
from schemactl.codegen.typescript.options import Precise
from schemactl.sql.names import Name

UNKNOWN = Word("unknown")
JSON = Word("Json", hugs=True)
_NUMBERS = ("int2", "int4", "int8", "float4", "float8", "numeric")
_STRINGS = (
    "bytea", "bpchar", "varchar", "date", "text", "citext", "time", "timetz", "timestamp", "timestamptz", "uuid",
    "vector", "interval",
)  # fmt: skip
_KNOWN: dict[str, Type] = {
    "bool": Word("boolean"),
    **dict.fromkeys(_NUMBERS, Word("number")),
    **dict.fromkeys(_STRINGS, Word("string")),
    "json": JSON,
    "jsonb": JSON,
    "void": Word("undefined"),
    "record": Generic("Record", ("string", "unknown")),
}
_GROUPS = {
    Kind.TABLE: "Tables",
    Kind.FOREIGN_TABLE: "Tables",
    Kind.VIEW: "Views",
    Kind.MATERIALIZED_VIEW: "Views",
}


class Resolver:
    """Types as the schemas in `included` write them."""

    def __init__(self, schema: Schema, included: Collection[str], precise: Collection[Precise] = ()) -> None:
        self._schema = schema
        self._included = included
        self._domains = Precise.DOMAINS in precise
        self._known = {**_KNOWN, "int8": Word("string")} if Precise.BIGINT in precise else _KNOWN

    def column(self, kind: TypeName) -> Type:
        """The type of a column: a domain is the type that it is made of."""
        domain = None if kind.array else self._schema.domains.get(kind.name)
        return self.of(domain.type if domain else kind)

    def of(self, kind: TypeName) -> Type:
        """The type of anything else: `unknown` for a domain, unless domains are to be precise."""
        if kind.array:
            return ArrayOf(self.of(kind.element))
        return self._own(kind.name) or self._known.get(kind.name.name, UNKNOWN)

    def _own(self, name: Name) -> Type | None:
        """The type that the database itself defines."""
        if name in self._schema.domains:
            return self.of(self._schema.domains[name].type) if self._domains else UNKNOWN
        if name in self._schema.enums:
            if name.schema in self._included:
                return Word(_path(name, "Enums"))
            return union(tuple(literal(label) for label in self._schema.enums[name]))
        relation = self._schema.relations.get(name)
        if relation is None:
            return None
        if name.schema not in self._included:
            return UNKNOWN
        if relation.kind is Kind.COMPOSITE_TYPE:
            return Word(_path(name, "CompositeTypes"))
        return Word(_path(name, _GROUPS[relation.kind]) + '["Row"]')


def _path(name: Name, group: str) -> str:
    return f'Database["{name.schema}"]["{group}"]["{name.name}"]'
