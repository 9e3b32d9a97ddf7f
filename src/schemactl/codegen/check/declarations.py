"""What a TypeScript file declares: the types that have properties, and what each property can hold."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING

from schemactl.core.errors import Place, SourceError
from schemactl.core.findings import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_WORDS = {
    "string": "string",
    "number": "number",
    "boolean": "boolean",
    "bigint": "bigint",
    "any": "anything",
    "unknown": "anything",
    "object": "object",
    "Json": "object",
    "Date": "Date",
    "Buffer": "bytes",
    "Uint8Array": "bytes",
    "Record": "object",
    "Map": "object",
}
_WRAPPERS = ("Readonly", "Required", "NonNullable")
_LISTS = ("Array", "ReadonlyArray")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a type admits: kinds of values (`string`, `object`…), string literals, lists of something, null.

    The kind `anything` admits all; so does a type that another file declares.
    """

    kinds: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset()
    item: "Meaning | None" = None
    null: bool = False

    def __or__(self, other: "Meaning") -> "Meaning":
        item = self.item | other.item if self.item and other.item else self.item or other.item
        return Meaning(self.kinds | other.kinds, self.literals | other.literals, item, self.null or other.null)


ANYTHING = Meaning(frozenset({"anything"}), null=True)
_OBJECT = Meaning(frozenset({"object"}))
_NULL = Meaning(null=True)


@dataclass(frozen=True, slots=True)
class Property:
    """One property; an optional one may be absent."""

    name: str
    meaning: Meaning
    optional: bool
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Shape:
    """A type with properties. `open`: it takes some from a type that this file does not declare.

    `path` is where it stands: `("Database", "public", "Tables", "orders", "Row")`, or the name alone.
    """

    path: tuple[str, ...]
    properties: tuple[Property, ...]
    span: Span
    open: bool = False


@dataclass(frozen=True)
class Module:
    """A file's shapes, and the values of each enum that a path `Database["public"]["Enums"]["e"]` names."""

    file: str
    text: str
    shapes: tuple[Shape, ...]


def read(text: str, file: str, enums: Mapping[tuple[str, str], Sequence[str]]) -> Module:
    """Read a TypeScript file; `enums` are the database's, by schema and name. Raises SourceError where it is none."""
    import tree_sitter_typescript
    from tree_sitter import Language, Parser

    dialect = (
        tree_sitter_typescript.language_tsx() if file.endswith("x") else tree_sitter_typescript.language_typescript()
    )
    root = Parser(Language(dialect)).parse(_with_separators(text).encode()).root_node
    if root.has_error:
        broken = next(node for node in _walk(root) if node.is_error or node.is_missing)
        line, column = broken.start_point
        raise SourceError(
            "not valid TypeScript", place=Place(file, line + 1, column + 1), hint="Check the file with `tsc` first."
        )
    return Module(file, text, tuple(_Reader(file, root, enums).shapes()))


def _with_separators(text: str) -> str:
    """The text, with a semicolon before each property such as `in_stock` that begins a line.

    The grammar takes `in` and what is no letter after it for the operator. No offset changes.
    """
    return re.sub(r"(?m)(?<![;,{])(\n[ \t]*)[ \t](?=in[_$0-9][\w$]*\??[ \t]*:)", r"\1;", text)


def _walk(node: "Node") -> "Iterator[Node]":
    yield node
    for child in node.children:
        yield from _walk(child)


@dataclass
class _Reader:
    file: str
    root: "Node"
    enums: Mapping[tuple[str, str], Sequence[str]]
    _declared: "dict[str, Node]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in _walk(self.root):
            if node.type in ("interface_declaration", "type_alias_declaration", "enum_declaration"):
                self._declared.setdefault(_text(node.child_by_field_name("name")), node)

    def shapes(self) -> Iterator[Shape]:
        """Every interface and alias of an object type, and every `Row` within them."""
        for name, node in self._declared.items():
            body = node.child_by_field_name("body") or node.child_by_field_name("value")
            if body is not None and node.type != "enum_declaration":
                shape = self._shape((name,), node, frozenset())
                if shape is not None:
                    yield shape
                yield from self._rows((name,), body)

    def _rows(self, path: tuple[str, ...], body: "Node") -> Iterator[Shape]:
        for signature in _children(body, "property_signature"):
            value = _annotation(signature)
            if value is None or value.type != "object_type":
                continue
            inner = (*path, _name(signature))
            if inner[-1] == "Row":
                yield Shape(inner, tuple(self._properties(value, frozenset())), self._span(signature))
            else:
                yield from self._rows(inner, value)

    def _shape(self, path: tuple[str, ...], node: "Node", seen: frozenset[str]) -> Shape | None:
        if node.type == "interface_declaration":
            body = node.child_by_field_name("body")
            parents = [child for clause in _children(node, "extends_type_clause") for child in clause.named_children]
            parts = [*parents, *([body] if body else [])]
        else:
            value = node.child_by_field_name("value")
            parts = [] if value is None else value.named_children if value.type == "intersection_type" else [value]
        found: dict[str, Property] = {}
        is_open = False
        for part in parts:
            if part.type in ("object_type", "interface_body"):
                found |= {item.name: item for item in self._properties(part, seen)}
            elif (parent := self._parent(part, seen)) is not None:
                found |= {item.name: item for item in parent.properties}
                is_open = is_open or parent.open
            elif node.type == "type_alias_declaration" and len(parts) == 1:
                return None
            else:
                is_open = True
        name = node.child_by_field_name("name") or node
        return Shape(path, tuple(found.values()), self._span(name), is_open) if found else None

    def _parent(self, part: "Node", seen: frozenset[str]) -> Shape | None:
        name = _text(part)
        if part.type != "type_identifier" or name not in self._declared or name in seen:
            return None
        return self._shape((name,), self._declared[name], seen | {name})

    def _properties(self, body: "Node", seen: frozenset[str]) -> Iterator[Property]:
        for signature in _children(body, "property_signature"):
            value = _annotation(signature)
            yield Property(
                name=_name(signature),
                meaning=self._meaning(value, seen) if value is not None else ANYTHING,
                optional=any(child.type == "?" for child in signature.children),
                text=" ".join(_text(value).split()),
                span=self._span(signature),
            )

    def _meaning(self, node: "Node", seen: frozenset[str]) -> Meaning:
        match node.type:
            case "predefined_type" | "type_identifier":
                return self._named(_text(node), seen)
            case "union_type":
                return reduce(Meaning.__or__, (self._meaning(child, seen) for child in _types(node)))
            case "literal_type":
                return _literal(node.named_children[0] if node.named_children else node)
            case "array_type":
                return Meaning(item=self._meaning(node.named_children[0], seen))
            case "tuple_type" | "object_type":
                return Meaning(item=ANYTHING) if node.type == "tuple_type" else _OBJECT
            case "parenthesized_type" | "readonly_type":
                return self._meaning(_types(node)[0], seen)
            case "generic_type":
                return self._generic(node, seen)
            case "lookup_type":
                return self._lookup(node)
            case "template_literal_type":
                return Meaning(frozenset({"string"}))
            case _:
                return ANYTHING

    def _named(self, name: str, seen: frozenset[str]) -> Meaning:
        if name in ("null", "undefined", "void"):
            return _NULL
        declared = self._declared.get(name)
        if declared is None or name in seen:
            return Meaning(frozenset({_WORDS[name]}), null=_WORDS[name] == "anything") if name in _WORDS else ANYTHING
        if declared.type == "enum_declaration":
            return _enum(declared)
        value = declared.child_by_field_name("value")
        if name == "Json" or value is None:
            return _OBJECT
        return self._meaning(value, seen | {name})

    def _generic(self, node: "Node", seen: frozenset[str]) -> Meaning:
        name = _text(node.child_by_field_name("name"))
        arguments = [child for clause in _children(node, "type_arguments") for child in clause.named_children]
        if name in _LISTS and arguments:
            return Meaning(item=self._meaning(arguments[0], seen))
        if name in _WRAPPERS and arguments:
            inner = self._meaning(arguments[0], seen)
            return replace(inner, null=False) if name == "NonNullable" else inner
        return _OBJECT if name in ("Record", "Map", "Partial") else ANYTHING

    def _lookup(self, node: "Node") -> Meaning:
        """`Database["public"]["Enums"]["e"]`; what else is looked up is taken on trust."""
        parts = [_string(child) for child in _walk(node) if child.type == "string"]
        match parts:
            case [schema, "Enums", name] if (schema, name) in self.enums:
                return Meaning(literals=frozenset(self.enums[schema, name]))
            case _:
                return ANYTHING

    def _span(self, node: "Node") -> Span:
        (line, column), (end_line, end_column) = node.start_point, node.end_point
        return Span(self.file, line + 1, column + 1, end_line + 1, end_column + 1)


def _children(node: "Node", kind: str) -> "list[Node]":
    return [child for child in node.named_children if child.type == kind]


def _types(node: "Node") -> "list[Node]":
    return [child for child in node.named_children if child.type != "comment"]


def _annotation(signature: "Node") -> "Node | None":
    annotation = signature.child_by_field_name("type")
    return _types(annotation)[0] if annotation is not None else None


def _name(signature: "Node") -> str:
    name = signature.child_by_field_name("name")
    return _string(name) if name is not None and name.type == "string" else _text(name)


def _literal(node: "Node") -> Meaning:
    match node.type:
        case "string":
            return Meaning(literals=frozenset({_string(node)}))
        case "null" | "undefined":
            return _NULL
        case "true" | "false":
            return Meaning(frozenset({"boolean"}))
        case _:
            return Meaning(frozenset({"number"}))


def _enum(node: "Node") -> Meaning:
    values = [child.child_by_field_name("value") for child in _walk(node) if child.type == "enum_assignment"]
    literals = frozenset(_string(value) for value in values if value is not None and value.type == "string")
    return Meaning(literals=literals) if literals else Meaning(frozenset({"number"}))


def _string(node: "Node") -> str:
    """The text of a string, its simple escapes undone."""
    inner = _text(node)[1:-1]
    return inner.replace("\\'", "'").replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def _text(node: "Node | None") -> str:
    return node.text.decode() if node is not None and node.text is not None else ""
