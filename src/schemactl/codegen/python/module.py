"""One module of types: enums, composite types, and a row of every table and view."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schemactl.codegen.literals import Literals
from schemactl.codegen.model import Column, Kind, Relation, Schema, TypeName
from schemactl.codegen.python import names
from schemactl.codegen.python.style import Style
from schemactl.codegen.relationships import Lineage
from schemactl.sql.names import Name

# Postgres types as psycopg reads them, and what is imported for each. Aliases begin with an underscore, so that no
# column (`date date`) hides the type of another.
_KNOWN = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "int"),
    **dict.fromkeys(("float4", "float8"), "float"),
    **dict.fromkeys(("text", "varchar", "bpchar", "citext", "name", "char", "xml", "money", "bit", "varbit"), "str"),
    **dict.fromkeys(("timestamp", "timestamptz"), "_datetime"),
    **dict.fromkeys(("time", "timetz"), "_time"),
    **dict.fromkeys(("json", "jsonb"), "_Json"),
    "bool": "bool",
    "bytea": "bytes",
    "date": "_date",
    "interval": "_timedelta",
    "numeric": "_Decimal",
    "uuid": "_UUID",
}
_IMPORTS = {
    "_date": "from datetime import date as _date",
    "_datetime": "from datetime import datetime as _datetime",
    "_time": "from datetime import time as _time",
    "_timedelta": "from datetime import timedelta as _timedelta",
    "_Decimal": "from decimal import Decimal as _Decimal",
    "_UUID": "from uuid import UUID as _UUID",
    "_Any": "from typing import Any as _Any",
    "_Literal": "from typing import Literal as _Literal",
    "_NotRequired": "from typing import NotRequired as _NotRequired",
    "_StrEnum": "from enum import StrEnum as _StrEnum",
}
_TYPE_ALIAS = "from typing import TypeAlias as _TypeAlias"
_JSON = '_Json: _TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"'
_STYLES = {
    Style.DATACLASS: ["from dataclasses import dataclass as _dataclass"],
    Style.PYDANTIC: ["from pydantic import BaseModel as _BaseModel", "from pydantic import ConfigDict as _ConfigDict"],
    Style.TYPEDDICT: ["from typing import TypedDict as _TypedDict"],
}
_ORDER = (Kind.COMPOSITE_TYPE, Kind.TABLE, Kind.FOREIGN_TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field; `column` is the column's own name."""

    name: str
    column: str
    type: str


def generate(schema: Schema, schemas: Sequence[str], style: Style) -> str:
    """The module, for Python 3.11 and newer; it imports nothing but the standard library, and Pydantic in its style."""
    body = "".join(f"\n\n{part}" for part in _Writer(schema, schemas, style).parts())
    imports = {line for alias, line in _IMPORTS.items() if _uses(body, alias)} | set(_STYLES[style])
    aliases = []
    if _uses(body, "_Json"):
        imports.add("from pydantic import JsonValue as _Json" if style is Style.PYDANTIC else _TYPE_ALIAS)
        aliases += [] if style is Style.PYDANTIC else ["", _JSON]
    if _uses(body, "_Field"):
        imports.add("from pydantic import Field as _Field")
    standard = sorted(line for line in imports if "pydantic" not in line)
    foreign = sorted(line for line in imports if "pydantic" in line)
    head = [
        f'"""Rows of {" and ".join(schemas)}."""',
        "",
        *([] if style is Style.TYPEDDICT else ["from __future__ import annotations", ""]),
        *standard,
        *([""] if standard and foreign else []),
        *foreign,
        *aliases,
    ]
    return "\n".join(head) + "\n" + body


def _uses(text: str, alias: str) -> bool:
    return re.search(rf"(?<!\w){alias}(?!\w)", text) is not None


class _Writer:
    def __init__(self, schema: Schema, schemas: Sequence[str], style: Style) -> None:
        self._schema = schema
        self._schemas = schemas
        self._style = style
        self._lineage = Lineage(schema)
        self._literals = Literals(schema)
        self._classes = self._class_names()

    def parts(self) -> Iterator[str]:
        """The classes, each without blank lines around it."""
        for name, labels in self._enums():
            yield self._enum(name, labels)
        for relation in self._relations():
            yield self._class(relation)
            if self._style is Style.TYPEDDICT and relation.kind in (Kind.TABLE, Kind.FOREIGN_TABLE):
                yield self._given(relation, "Insert")
                yield self._given(relation, "Update")

    def _enums(self) -> list[tuple[Name, tuple[str, ...]]]:
        return sorted((n, labels) for n, labels in self._schema.enums.items() if n.schema in self._schemas and labels)

    def _relations(self) -> list[Relation]:
        found = [relation for relation in self._schema.relations.values() if relation.name.schema in self._schemas]
        return sorted(found, key=lambda relation: (_ORDER.index(relation.kind), relation.name))

    def _class_names(self) -> Mapping[Name, str]:
        """A class's name for each enum and relation; those of other schemas than the first begin with the schema's."""
        wanted = [name for name, _ in self._enums()] + [relation.name for relation in self._relations()]
        prefixes = {name: "" if name == self._schemas[0] else names.class_name(name) for name in self._schemas}
        given = names.distinct(prefixes[name.schema or ""] + names.class_name(name.name) for name in wanted)
        return dict(zip(wanted, given, strict=True))

    def _enum(self, name: Name, labels: Sequence[str]) -> str:
        members = names.distinct(names.member_name(label) for label in labels)
        lines = [f"    {member} = {_quoted(label)}" for member, label in zip(members, labels, strict=True)]
        return "\n".join([f"class {self._classes[name]}(_StrEnum):", f"    {_doc(f'{name}.')}", "", *lines, ""])

    def _class(self, relation: Relation) -> str:
        known = {output.name for output in self._lineage.columns(relation.name) if output.not_null}
        fields = self._fields(relation, [self._value(relation, c, null=c.name not in known) for c in relation.columns])
        title = self._classes[relation.name]
        doc = _doc(relation.comment or f"A row of {relation.name}.")
        match self._style:
            case Style.TYPEDDICT:
                return self._typed_dict(title, doc, [replace(f, type=self._evaluable(f.type)) for f in fields])
            case Style.DATACLASS:
                lines = [f"    {field.name}: {field.type}" for field in fields]
                head = ["@_dataclass(frozen=True, slots=True, kw_only=True)", f"class {title}:"]
            case Style.PYDANTIC:
                lines = [f"    {field.name}: {field.type}{_alias(field)}" for field in fields]
                config = "frozen=True, populate_by_name=True, protected_namespaces=()"
                lines = [f"    model_config = _ConfigDict({config})", "", *lines]
                head = [f"class {title}(_BaseModel):"]
        return "\n".join([*head, f"    {doc}", "", *lines, ""])

    def _given(self, relation: Relation, purpose: str) -> str:
        """What an INSERT or UPDATE may be given; a key that may be left out is NotRequired."""
        columns = [c for c in relation.columns if not c.generated and c.identity != "always"]
        types = []
        for column in columns:
            null = not (column.not_null or self._schema.is_not_null(column.type))
            optional = purpose == "Update" or null or column.has_default or column.identity is not None
            kind = self._value(relation, column, null=null)
            types.append(f"_NotRequired[{self._evaluable(kind)}]" if optional else self._evaluable(kind))
        fields = [_Field(c.name, c.name, kind) for c, kind in zip(columns, types, strict=True)]
        doc = _doc(f"What {'an INSERT into' if purpose == 'Insert' else 'an UPDATE of'} {relation.name} may give.")
        return self._typed_dict(self._classes[relation.name] + purpose, doc, fields)

    def _typed_dict(self, title: str, doc: str, fields: Sequence[_Field]) -> str:
        hidden = names.BUILTINS | set(self._classes.values())
        if all(names.identifier(field.column, hidden) == field.column for field in fields):
            lines = [f"    {field.column}: {field.type}" for field in fields]
            return "\n".join([f"class {title}(_TypedDict):", f"    {doc}", *([""] if lines else []), *lines, ""])
        lines = [f"        {_quoted(field.column)}: {field.type}," for field in fields]
        return "\n".join([f"{title} = _TypedDict(", f'    "{title}",', "    {", *lines, "    },", ")", doc, ""])

    def _evaluable(self, kind: str) -> str:
        """The type for a class that evaluates its annotations at once, as TypedDict must to know NotRequired.

        A class that may stand further down is named in quotes.
        """
        mentioned = set(re.findall(r"\w+", kind)) & set(self._classes.values())
        return _quoted(kind) if mentioned else kind

    def _fields(self, relation: Relation, types: Sequence[str]) -> list[_Field]:
        taken = names.BUILTINS | set(self._classes.values())
        if self._style is Style.PYDANTIC:
            taken |= names.PYDANTIC | {c.name for c in relation.columns if c.name.startswith("model_")}
        given = [names.identifier(column.name, taken) for column in relation.columns]
        if self._style is Style.PYDANTIC:
            given = [f"f{name}" if name.startswith("_") else name for name in given]
        fields = zip(names.distinct(given), relation.columns, types, strict=True)
        return [_Field(name, column.name, kind) for name, column, kind in fields]

    def _value(self, relation: Relation, column: Column, *, null: bool) -> str:
        values = self._literals.ordered(relation, column)
        if values and not column.type.array:
            kind = f"_Literal[{', '.join(map(_quoted, values))}]"
        else:
            kind = self._type(column.type)
        return f"{kind} | None" if null and kind not in ("_Any", "_Json") else kind

    def _type(self, kind: TypeName) -> str:
        if kind.array:
            return f"list[{self._type(kind.element)}]"
        domain = self._schema.domains.get(kind.name)
        if domain:
            return self._type(domain.type)
        if kind.name in self._classes:
            return self._classes[kind.name]
        if kind.name in self._schema.enums:
            labels = self._schema.enums[kind.name]
            return f"_Literal[{', '.join(map(_quoted, labels))}]" if labels else "str"
        return _KNOWN.get(kind.name.name, "_Any") if kind.name not in self._schema.relations else "_Any"


def _alias(field: _Field) -> str:
    return "" if field.name == field.column else f" = _Field(alias={_quoted(field.column)})"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _doc(text: str) -> str:
    """A docstring of one paragraph, whatever it holds."""
    words = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{words}"""'
