"""A snapshot taken apart for the generators: what it holds as text is read by Postgres' own parser."""

from collections.abc import Iterator, Mapping, Sequence

from schemactl.catalog.snapshot import Attributes, Snapshot
from schemactl.codegen.model import (
    Argument,
    Column,
    Domain,
    ForeignKey,
    Function,
    InsteadOf,
    Kind,
    Mode,
    Relation,
    Schema,
    TypeName,
)
from schemactl.core.results import Json
from schemactl.sql.names import Name, quoted
from schemactl.sql.nodes import Node, type_name
from schemactl.sql.parse import parse

_MODES = {
    "FUNC_PARAM_OUT": Mode.OUT,
    "FUNC_PARAM_INOUT": Mode.INOUT,
    "FUNC_PARAM_VARIADIC": Mode.VARIADIC,
    "FUNC_PARAM_TABLE": Mode.TABLE,
}
# Bits of a trigger's timing and events (catalog/pg_trigger.h).
_INSTEAD, _EVENTS = 64, {4: "insert", 8: "delete", 16: "update"}
_COMMANDS = {"CMD_INSERT": "insert", "CMD_DELETE": "delete", "CMD_UPDATE": "update"}


def read(snapshot: Snapshot) -> Schema:
    """The schema that a snapshot holds. Raises SourceError when it holds what Postgres would not have written."""
    types = _types(snapshot)
    columns = _columns(snapshot, types)
    return Schema(
        relations={
            Name(*path): Relation(
                kind=kind,
                name=Name(*path),
                columns=columns.get(Name(*path), ()),
                definition=str(attributes.get("definition", "")),
                comment=_text(attributes.get("comment")),
            )
            for kind in Kind
            for path, attributes in snapshot.of_kind(kind).items()
        },
        enums={Name(*path): _strings(a.get("labels")) for path, a in snapshot.of_kind("enum").items()},
        domains={
            Name(*path): Domain(types[str(a["type"])], bool(a.get("not_null")))
            for path, a in snapshot.of_kind("domain").items()
        },
        functions=tuple(_functions(snapshot)),
        foreign_keys=tuple(_foreign_keys(snapshot, types)),
        instead_of=_instead_of(snapshot),
        checks=_checks(snapshot),
        aggregates=frozenset(path[1] for path in snapshot.of_kind("aggregate")),
    )


def _types(snapshot: Snapshot) -> Mapping[str, TypeName]:
    """The types and relations that the snapshot names, by the server's words for them."""
    words = {str(a["type"]) for kind in ("column", "domain") for a in snapshot.of_kind(kind).values()}
    words |= {str(a["references"]) for a in snapshot.of_kind("constraint").values() if "references" in a}
    ordered = sorted(words)
    if not ordered:
        return {}
    (statement,) = parse("select " + ", ".join(f"null::{word}" for word in ordered)).statements
    targets = statement.node["targetList"]
    return {
        word: _type(target["ResTarget"]["val"]["TypeCast"]["typeName"])
        for word, target in zip(ordered, targets, strict=True)
    }


def _type(node: Node) -> TypeName:
    name = type_name(node)
    return TypeName(Name(None, name.name) if name.schema == "pg_catalog" else name, "arrayBounds" in node)


def _columns(snapshot: Snapshot, types: Mapping[str, TypeName]) -> Mapping[Name, tuple[Column, ...]]:
    found: dict[Name, list[tuple[int, Column]]] = {}
    for (schema, relation, name), a in snapshot.of_kind("column").items():
        column = Column(
            name=name,
            type=types[str(a["type"])],
            not_null=bool(a.get("not_null")),
            has_default="default" in a and "generated" not in a,
            identity=_text(a.get("identity")),
            generated="generated" in a,
            comment=_text(a.get("comment")),
        )
        position = a["position"]
        found.setdefault(Name(schema, relation), []).append((position if isinstance(position, int) else 0, column))
    return {name: tuple(column for _, column in sorted(columns, key=_position)) for name, columns in found.items()}


def _position(placed: tuple[int, Column]) -> int:
    return placed[0]


def _functions(snapshot: Snapshot) -> Iterator[Function]:
    found = {path: a for path, a in snapshot.of_kind("function").items() if "window" not in a}
    heads = "".join(
        f"create function {quoted(path[1])}({a.get('arguments', '')}) returns {a['result']} language sql;\n"
        for path, a in found.items()
    )
    for (path, a), statement in zip(found.items(), parse(heads).statements, strict=True):
        returns = statement.node["returnType"]
        rows = a.get("rows")
        yield Function(
            name=Name(path[0], path[1]),
            arguments=tuple(_argument(p["FunctionParameter"]) for p in statement.node.get("parameters", ())),
            signature=str(a.get("arguments", "")),
            returns=_type(returns),
            returns_set=bool(returns.get("setof")) or str(a["result"]).startswith("TABLE("),
            rows=rows if isinstance(rows, int | float) else None,
            strict=bool(a.get("strict")),
            language=str(a.get("language", "")),
            body=str(a.get("body", "")),
        )


def _argument(node: Node) -> Argument:
    return Argument(
        name=node.get("name", ""),
        mode=_MODES.get(node["mode"], Mode.IN),
        type=_type(node["argType"]),
        has_default="defexpr" in node,
    )


def _foreign_keys(snapshot: Snapshot, types: Mapping[str, TypeName]) -> Iterator[ForeignKey]:
    """The foreign keys, without those that partitions have from their parents."""
    constraints = snapshot.of_kind("constraint")
    unique = {
        (path[0], path[1], frozenset(_strings(a.get("columns"))))
        for path, a in constraints.items()
        if a["type"] in ("primary key", "unique")
    }
    for (schema, table, name), a in constraints.items():
        if a["type"] != "foreign key" or a.get("inherited"):
            continue
        columns = _strings(a.get("columns"))
        yield ForeignKey(
            name=name,
            table=Name(schema, table),
            columns=columns,
            references=types[str(a["references"])].name,
            referenced_columns=_strings(a.get("referenced_columns")),
            one_to_one=(schema, table, frozenset(columns)) in unique,
        )


def _instead_of(snapshot: Snapshot) -> Mapping[Name, InsteadOf]:
    triggers: dict[Name, set[str]] = {}
    for path, statement in _definitions(snapshot.of_kind("trigger")):
        if statement.get("timing") == _INSTEAD:
            events = {event for bit, event in _EVENTS.items() if statement["events"] & bit}
            triggers.setdefault(Name(path[0], path[1]), set()).update(events)
    rules: dict[Name, set[str]] = {}
    for path, statement in _definitions(snapshot.of_kind("rule")):
        if statement.get("instead") and "whereClause" not in statement and statement["event"] in _COMMANDS:
            rules.setdefault(Name(path[0], path[1]), set()).add(_COMMANDS[statement["event"]])
    return {
        name: InsteadOf(frozenset(triggers.get(name, ())), frozenset(rules.get(name, ())))
        for name in triggers.keys() | rules.keys()
    }


def _definitions(objects: Mapping[tuple[str, ...], Attributes]) -> Iterator[tuple[tuple[str, ...], Node]]:
    text = "".join(f"{str(a['definition']).rstrip(';')};\n" for a in objects.values())
    for path, statement in zip(objects, parse(text).statements, strict=True):
        yield path, statement.node


def _checks(snapshot: Snapshot) -> Mapping[Name, tuple[str, ...]]:
    found: dict[Name, list[str]] = {}
    for path, a in snapshot.of_kind("constraint").items():
        if a["type"] == "check" and a.get("validated"):
            found.setdefault(Name(path[0], path[1]), []).append(str(a["definition"]))
    for path, a in snapshot.of_kind("domain constraint").items():
        found.setdefault(Name(path[0], path[1]), []).append(str(a["definition"]))
    return {name: tuple(definitions) for name, definitions in found.items()}


def _strings(value: Json) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _text(value: Json) -> str | None:
    return None if value is None else str(value)
