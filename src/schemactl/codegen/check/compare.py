"""Shapes beside the relations that they are named after: what is missing, extra, or wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schemactl.codegen.check.declarations import Meaning, Module, Property, Shape
from schemactl.codegen.check.matching import Pair, camel, match
from schemactl.codegen.literals import Literals
from schemactl.codegen.model import Column, Kind, Schema, TypeName
from schemactl.core.findings import Evidence, Finding, Severity, Span, fingerprint, with_distinct_fingerprints
from schemactl.core.results import Json, Report, Skipped, Text
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
_VIEWS = (Kind.VIEW, Kind.MATERIALIZED_VIEW)


def check(module: Module, schema: Schema, schemas: Sequence[str]) -> Report:
    """What sets a file apart from the schema. A file without one type named after a relation counts as not checked."""
    found = match(module, schema, schemas)
    comparison = _Comparison(schema, Literals(schema))
    findings = [finding for pair in found.pairs for finding in comparison.findings(pair)]
    findings += [_gone(shape) for shape in found.gone]
    ordered = with_distinct_fingerprints(sorted(findings, key=lambda finding: _line(finding.span)))
    compared = plural(len(found.pairs), "type")
    verdict = f"{plural(len(ordered), 'difference')} from the database" if ordered else "as in the database"
    return Report(
        command="types",
        summary=f"{module.file}: {compared} compared, {verdict}",
        findings=ordered,
        skipped=()
        if found.pairs or found.gone
        else (Skipped(module.file, "no type in it is named after a table or view"),),
        sections=(_left_alone(found.left_alone),) if found.left_alone else (),
        details={"file": module.file, "compared": _listed(found.pairs), "left_alone": _listed(found.left_alone)},
        sources={module.file: module.text},
    )


def _listed(pairs: Sequence[Pair]) -> list[Json]:
    return [
        {"type": ".".join(pair.shape.path), "relation": str(pair.relation.name), "line": pair.shape.span.line}
        for pair in pairs
    ]


def _left_alone(pairs: Sequence[Pair]) -> Text:
    lines = [
        f"{pair.shape.path[-1]} (line {pair.shape.span.line}): named like {pair.relation.name}, but less than half of "
        "its properties are columns"
        for pair in pairs
    ]
    return Text("Left alone", "\n".join(lines))


def _gone(shape: Shape) -> Finding:
    *_, schema, _group, name, _row = shape.path
    found = Finding(
        rule="types-unknown-relation",
        severity=Severity.ERROR,
        message=f"there is no table or view {schema}.{name}",
        evidence=Evidence.EXECUTED,
        span=shape.span,
        object=f"table {schema}.{name}",
        hint="Remove it, or write the types again.",
    )
    return replace(found, fingerprint=fingerprint(found))


@dataclass(frozen=True)
class _Comparison:
    schema: Schema
    literals: Literals

    def findings(self, pair: Pair) -> Iterator[Finding]:
        properties = {item.name: item for item in pair.shape.properties}
        described: set[str] = set()
        for column in pair.relation.columns:
            item = properties.get(column.name) or properties.get(camel(column.name))
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


def _line(span: Span | None) -> tuple[int, int]:
    return (span.line, span.column) if span else (0, 0)
