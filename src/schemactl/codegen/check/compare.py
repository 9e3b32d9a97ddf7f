"""Shapes beside the relations that they are named after: what is missing, extra, or wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schemactl.codegen.check.declarations import Meaning, Module, Property, Shape
from schemactl.codegen.literals import Literals
from schemactl.codegen.model import Column, Kind, Relation, Schema, TypeName
from schemactl.core.findings import Evidence, Finding, Severity, Span, fingerprint, with_distinct_fingerprints
from schemactl.core.results import Report, Skipped
from schemactl.core.words import plural

_NUMBERS = frozenset({"number", "bigint", "string"})
_KINDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("int2", "int4", "float4", "float8"), frozenset({"number"})),
    **dict.fromkeys(("int8", "numeric", "money"), _NUMBERS),
    "bool": frozenset({"boolean"}),
    **dict.fromkeys(("json", "jsonb"), frozenset({"object", "string", "number", "boolean"})),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), frozenset({"string", "Date"})),
    **dict.fromkeys(("text", "varchar", "bpchar", "citext", "uuid", "time", "timetz", "name"), frozenset({"string"})),
    "bytea": frozenset({"string", "bytes"}),
}
_ENDINGS = ("row", "record", "entity", "model", "table", "type", "dto", "dbrow", "db")
_VIEWS = (Kind.VIEW, Kind.MATERIALIZED_VIEW)


@dataclass(frozen=True, slots=True)
class Pair:
    """A shape and the relation that it describes."""

    shape: Shape
    relation: Relation


def check(module: Module, schema: Schema, schemas: Sequence[str]) -> Report:
    """What sets a file apart from the schema. A file without one type named after a relation counts as not checked."""
    pairs = [Pair(shape, relation) for shape in module.shapes if (relation := _relation(shape, schema, schemas))]
    comparison = _Comparison(schema, Literals(schema))
    findings = with_distinct_fingerprints(
        sorted((f for pair in pairs for f in comparison.findings(pair)), key=lambda finding: _line(finding.span))
    )
    skipped = () if pairs else (Skipped(module.file, "no type in it is named after a table or view"),)
    columns = plural(len(findings), "column")
    verdict = f"{columns} not as in the database" if findings else "as in the database"
    return Report(
        command="types",
        summary=f"{module.file}: {plural(len(pairs), 'type')} compared, {verdict}",
        findings=findings,
        skipped=skipped,
        details={
            "file": module.file,
            "compared": [
                {"type": ".".join(p.shape.path), "relation": str(p.relation.name), "line": p.shape.span.line}
                for p in pairs
            ],
        },
        sources={module.file: module.text},
    )


def _relation(shape: Shape, schema: Schema, schemas: Sequence[str]) -> Relation | None:
    relations = [r for r in schema.relations.values() if r.name.schema in schemas and r.kind is not Kind.COMPOSITE_TYPE]
    match shape.path:
        case (*_, schema_name, "Tables" | "Views", name, "Row"):
            return next((r for r in relations if r.name == (schema_name, name)), None)
        case (name,):
            wanted = _stems(name)
            found = [relation for relation in relations if wanted & _stems(relation.name.name)]
            return found[0] if len(found) == 1 else None
        case _:
            return None


def _stems(name: str) -> frozenset[str]:
    """What a name may be called once case, underscores, endings and number are put aside."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    bare = {plain} | {plain.removesuffix(ending) for ending in _ENDINGS if plain.endswith(ending) and plain != ending}
    return frozenset(stem for word in bare for stem in (word, _singular(word)))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


@dataclass(frozen=True)
class _Comparison:
    schema: Schema
    literals: Literals

    def findings(self, pair: Pair) -> Iterator[Finding]:
        properties = {item.name: item for item in pair.shape.properties}
        described: set[str] = set()
        for column in pair.relation.columns:
            item = properties.get(column.name) or properties.get(_camel(column.name))
            if item is None:
                if not pair.shape.open:
                    yield self._missing(pair, column)
                continue
            described.add(item.name)
            yield from self._judged(pair, column, item)
        computed = {
            f.name.name for f in self.schema.functions if [a.type.name for a in f.given] == [pair.relation.name]
        }
        for item in pair.shape.properties:
            if item.name not in described and item.name not in computed:
                yield self._extra(pair, item)

    def _missing(self, pair: Pair, column: Column) -> Finding:
        return _finding(
            "types-missing-column",
            f"{pair.shape.path[-1]} has no `{column.name}`, a column of {pair.relation.name}",
            pair,
            column.name,
            pair.shape.span,
            f"Add `{column.name}: {self._wanted(pair, column)}`.",
        )

    def _extra(self, pair: Pair, item: Property) -> Finding:
        message = f"`{item.name}` is no column of {pair.relation.name}"
        return _finding("types-extra-column", message, pair, item.name, item.span, "Remove it, or add the column.")

    def _judged(self, pair: Pair, column: Column, item: Property) -> Iterator[Finding]:
        wanted = self._wanted(pair, column)
        if not self._fits(item.meaning, column.type, self.literals.of(pair.relation, column)):
            yield _finding(
                "types-wrong-type",
                f"`{item.name}` is `{item.text}`; the column is {_words(column.type)}",
                pair,
                column.name,
                item.span,
                f"Write `{wanted}`.",
            )
        if pair.relation.kind in _VIEWS or "anything" in item.meaning.kinds:
            return
        yield from self._judged_null(pair, column, item)

    def _judged_null(self, pair: Pair, column: Column, item: Property) -> Iterator[Finding]:
        not_null = column.not_null or self.schema.is_not_null(column.type)
        if not_null and item.meaning.null:
            message = f"`{item.name}` may be null here; the column is NOT NULL"
            hint = f"Write `{self._wanted(pair, column)}`."
        elif not (not_null or item.meaning.null or item.optional):
            message = f"`{item.name}` is never null here; the column takes NULL"
            hint = f"Write `{item.text} | null`, or make the column NOT NULL."
        else:
            return
        yield _finding("types-wrong-nullability", message, pair, column.name, item.span, hint)

    def _fits(self, meaning: Meaning, kind: TypeName, values: frozenset[str] | None) -> bool:
        if "anything" in meaning.kinds:
            return True
        if kind.array:
            plain = not meaning.kinds and not meaning.literals
            return plain and meaning.item is not None and self._fits(meaning.item, kind.element, None)
        domain = self.schema.domains.get(kind.name)
        if domain:
            return self._fits(meaning, domain.type, values)
        if kind.name in self.schema.enums:
            values = frozenset(self.schema.enums[kind.name])
        allowed = frozenset({"string"}) if values is not None else self._kinds(kind)
        if allowed is None:
            return True
        if not meaning.kinds <= allowed or (meaning.item is not None and "object" not in allowed):
            return False
        if not (meaning.kinds or meaning.literals or meaning.item):
            return False
        if meaning.literals and values is not None and "string" not in meaning.kinds:
            return meaning.literals == values
        return not meaning.literals or "string" in allowed

    def _kinds(self, kind: TypeName) -> frozenset[str] | None:
        """What a type's values may be written as; None where no one can say."""
        if kind.name in self.schema.relations:
            return frozenset({"object"})
        return _KINDS.get(kind.name.name)

    def _wanted(self, pair: Pair, column: Column) -> str:
        from schemactl.codegen.typescript.layout import flat, literal, nullable, union
        from schemactl.codegen.typescript.resolve import Resolver

        values = self.literals.ordered(pair.relation, column)
        kind = union(tuple(map(literal, values))) if values else Resolver(self.schema, ()).column(column.type)
        not_null = column.not_null or self.schema.is_not_null(column.type)
        return flat(kind if not_null else nullable(kind)) or "unknown"


def _finding(rule: str, message: str, pair: Pair, column: str, span: Span, hint: str) -> Finding:
    name = pair.relation.name
    found = Finding(
        rule=rule,
        severity=Severity.ERROR,
        message=message,
        evidence=Evidence.EXECUTED,
        span=span,
        object=f"column {name.schema}.{name.name}.{column}",
        hint=hint,
    )
    return replace(found, fingerprint=fingerprint(found))


def _words(kind: TypeName) -> str:
    name = kind.name.name if kind.name.schema in (None, "public") else str(kind.name)
    return f"{name}[]" if kind.array else name


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _line(span: Span | None) -> tuple[int, int]:
    return (span.line, span.column) if span else (0, 0)
