"""Functions as PostgREST calls them: by the names of their arguments."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from schemactl.codegen.collation import Key, key
from schemactl.codegen.model import Argument, Function, Kind, Mode, Relation, Schema, TypeName
from schemactl.codegen.results import Results
from schemactl.codegen.typescript.layout import (
    ArrayOf,
    Both,
    Generic,
    Member,
    Object,
    Type,
    Word,
    literal,
    nullable,
    union,
)
from schemactl.codegen.typescript.resolve import UNKNOWN, Resolver
from schemactl.sql.names import Name

_NOT_CALLED = frozenset({"trigger", "event_trigger"})
# Types that a single argument without a name may have: the whole body of the request.
_BODY = frozenset({"json", "jsonb", "text"})
_ROWS = (Kind.TABLE, Kind.FOREIGN_TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW)
# Object identifiers of the commonest types (pg_type.dat), by which candidates are listed; a database's own come last.
_BY_OID = (
    "bool", "bytea", "char", "name", "int8", "int2", "int4", "text", "oid", "json", "xml", "cidr", "float4",
    "float8", "money", "inet", "_bool", "_bytea", "_int2", "_int4", "_text", "_bpchar", "_varchar", "_int8",
    "_float4", "_float8", "bpchar", "varchar", "date", "time", "timestamp", "_timestamp", "_date", "_time",
    "timestamptz", "_timestamptz", "interval", "_interval", "_numeric", "timetz", "bit", "varbit", "numeric",
    "record", "uuid", "_uuid", "tsvector", "tsquery", "jsonb", "_jsonb",
)  # fmt: skip

Row = Callable[[Relation], Object]
"""A relation's columns as an object."""


@dataclass(frozen=True)
class Functions:
    """The functions of a schema, written with one resolver; with `results`, null is said where it may be met."""

    schema: Schema
    resolver: Resolver
    row: Row
    results: Results | None = None

    def of(self, schema_name: str) -> Iterator[Member]:
        """Each callable function of a schema, its overloads joined."""
        groups: dict[str, list[Function]] = {}
        for function in self.schema.functions:
            if function.name.schema == schema_name and self._is_callable(function):
                groups.setdefault(function.name.name, []).append(function)
        for name in sorted(groups, key=key):
            overloads = sorted(groups[name], key=_signature)
            yield Member(name, union(tuple(self._function(function, overloads) for function in overloads)))

    def computed(self, relation: Relation) -> Iterator[Member]:
        """The functions that act as columns of a relation: their one argument is its row."""
        for function in sorted(self.schema.functions, key=lambda function: key(function.name.name)):
            of_row = function.name.schema == relation.name.schema and self._row_argument(function) == relation
            if of_row and function.returns.name.name not in _NOT_CALLED:
                yield Member(function.name.name, self._returned(function))

    def _is_callable(self, function: Function) -> bool:
        if function.returns.name.name in _NOT_CALLED:
            return False
        given = function.given
        if all(argument.name for argument in given):
            return True
        return len(given) == 1 and (_is_body(given[0].type) or self._row_argument(function) is not None)

    def _row_argument(self, function: Function) -> Relation | None:
        """The relation whose row is the function's one argument."""
        if len(function.given) != 1 or function.given[0].type.array:
            return None
        return self.schema.relations.get(function.given[0].type.name)

    def _function(self, function: Function, overloads: Sequence[Function]) -> Type:
        returned = self._relation(function)
        problem = _problem(function, overloads, computed=self._row_argument(function) is not None, relation=returned)
        result: Type = _error(problem) if problem else self._returned(function)
        one = returned is not None and function.rows == 1
        if function.returns_set and not one:
            result = _array(result)
        members = [Member("Args", self._arguments(function)), Member("Returns", result)]
        if returned is not None:
            members.append(Member("SetofOptions", self._options(function, returned)))
        return Object(tuple(members), spread=False)

    def _arguments(self, function: Function) -> Type:
        if not function.given:
            return Generic("Record", ("PropertyKey", "never"))
        return Object(
            tuple(
                Member(argument.name, self._argument(function, argument), optional=argument.has_default)
                for argument in sorted(function.given, key=_name)
            ),
            spread=False,
        )

    def _argument(self, function: Function, argument: Argument) -> Type:
        kind = self.resolver.of(argument.type)
        takes_null = self.results is not None and not (function.strict or self.schema.is_not_null(argument.type))
        return _or_null(kind) if takes_null else kind

    def _returned(self, function: Function) -> Type:
        """The type of one row or value that a function gives."""
        never_null = self.results.never_null(function) if self.results else None
        table = [argument for argument in function.arguments if argument.mode is Mode.TABLE]
        if table:
            kinds = [self.resolver.of(argument.type) for argument in table]
            if never_null is not None:
                kinds = [kind if _nth(never_null, n) else _or_null(kind) for n, kind in enumerate(kinds)]
            columns = zip(table, kinds, strict=True)
            return Object(tuple(Member(a.name, kind) for a, kind in sorted(columns, key=lambda item: _name(item[0]))))
        relation = self._relation(function)
        if relation and relation.kind in _ROWS and relation.name.schema == function.name.schema:
            return self.row(relation)
        kind = self.resolver.of(function.returns)
        sure = never_null is None or _nth(never_null, 0) or function.returns.name.name in ("void", "record")
        return kind if sure else _or_null(kind)

    def _relation(self, function: Function) -> Relation | None:
        return None if function.returns.array else self.schema.relations.get(function.returns.name)

    def _options(self, function: Function, returned: Relation) -> Object:
        return Object(
            (
                Member("from", literal(self._source(function))),
                Member("to", literal(returned.name.name)),
                Member("isOneToOne", _flag(not function.returns_set or function.rows == 1)),
                Member("isSetofReturn", _flag(function.returns_set)),
            )
        )

    def _source(self, function: Function) -> str:
        if len(function.given) != 1 or function.given[0].type.array:
            return "*"
        name = function.given[0].type.name
        if name not in self.schema.relations:
            return "*"
        return str(Name(None, name.name) if name.schema == "public" else name)


def _problem(
    function: Function, overloads: Sequence[Function], *, computed: bool, relation: Relation | None
) -> str | None:
    """Why a call can never succeed."""
    name = f"{function.name.schema}.{function.name.name}"
    given = function.given
    if len(given) != 1:
        return None
    if not given[0].name:
        if not computed or relation is not None:
            return None
        return (
            f"the function {name} with parameter or with a single unnamed json/jsonb parameter, but no matches were "
            "found in the schema cache"
        )
    alike = [other for other in overloads if len(other.given) == 1 and other.given[0].name == given[0].name]
    if len(alike) == 1:
        return None
    candidates = ", ".join(f"{name}({given[0].name} => {word})" for word in sorted(map(_word, alike), key=_oid))
    return (
        f"Could not choose the best candidate function between: {candidates}. Try renaming the parameters or the "
        "function itself in the database so function overloading can be resolved"
    )


def _error(problem: str) -> Both:
    return Both(Object((Member("error", Word("true")),)), literal(problem))


def _array(kind: Type) -> Type:
    return Both(kind.object, ArrayOf(kind.other)) if isinstance(kind, Both) else ArrayOf(kind)


def _word(function: Function) -> str:
    kind = function.given[0].type
    return f"_{kind.name.name}" if kind.array else kind.name.name


def _oid(word: str) -> tuple[int, str]:
    return _BY_OID.index(word) if word in _BY_OID else len(_BY_OID), word


def _is_body(kind: TypeName) -> bool:
    return not kind.array and kind.name.schema is None and kind.name.name in _BODY


def _name(argument: Argument) -> Key:
    return key(argument.name)


def _signature(function: Function) -> Key:
    return key(function.signature)


def _nth(values: Sequence[bool], index: int) -> bool:
    return index < len(values) and values[index]


def _or_null(kind: Type) -> Type:
    return kind if kind == UNKNOWN else nullable(kind)


def _flag(value: bool) -> Word:
    return Word("true" if value else "false")
