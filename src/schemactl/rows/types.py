"""Column types as the catalog writes them, resolved into what a value is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from schemactl.catalog.snapshot import Attributes, Snapshot
from schemactl.sql.expressions import Expression, check

Kind = Literal["scalar", "enum", "array", "composite", "range", "multirange"]

_PART = re.compile(r'"(?:[^"]|"")*"|[^.]+')
_SUBTYPES = {
    "int4range": "integer",
    "int8range": "bigint",
    "numrange": "numeric",
    "tsrange": "timestamp without time zone",
    "tstzrange": "timestamp with time zone",
    "daterange": "date",
}


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that rows must not make false: by what name the server reports it, its text, its tree.

    In a domain's check the value is the column `value`.
    """

    name: str
    text: str
    tree: Expression


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is made of. A domain is the type beneath it, with `checks` and `not_null`.

    `text` can stand in a cast; `name` is bare (`numeric`), `arguments` are those in parentheses; `element` is what an
    array, a range or a multirange is of.
    """

    text: str
    name: str
    arguments: tuple[str, ...] = ()
    kind: Kind = "scalar"
    element: "Type | None" = None
    labels: tuple[str, ...] = ()
    fields: tuple[tuple[str, "Type"], ...] = ()
    checks: tuple[Check, ...] = ()
    not_null: bool = False

    @property
    def of(self) -> "Type":
        """What an array, a range or a multirange is of."""
        return self.element or self

    @property
    def size(self) -> int | None:
        """The first number in parentheses: the length of `varchar(20)`, the precision of `numeric(10,2)`."""
        first = self.arguments[0] if self.arguments else ""
        return int(first) if first.isdigit() else None


class Types:
    """The types of one snapshot, each read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._known: dict[str, Type] = {}
        self._enums = snapshot.of_kind("enum")
        self._domains = snapshot.of_kind("domain")
        self._ranges = snapshot.of_kind("range type")
        self._composites = {**snapshot.of_kind("composite type"), **snapshot.of_kind("table")}
        self._domain_checks = _by_owner(snapshot.of_kind("domain constraint"))
        self._fields = _by_owner(snapshot.of_kind("column"))

    def of(self, text: str) -> Type:
        """The type that `format_type` wrote as `text`."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> Type:
        if text.endswith("[]"):
            return Type(text, text, kind="array", element=self.of(text[:-2]))
        bare = re.sub(r"\(.*?\)", "", text).strip()
        arguments = re.search(r"\((.*?)\)", text)
        path = split(bare) if "." in bare else ("pg_catalog", bare)
        if path in self._enums:
            return Type(text, path[-1], kind="enum", labels=_texts(self._enums[path], "labels"))
        if path in self._domains:
            return self._domain(path)
        if path in self._composites:
            fields = sorted(self._fields.get(path, {}).items(), key=lambda item: int(str(item[1]["position"])))
            of = tuple((name, self.of(str(attributes["type"]))) for name, attributes in fields)
            return Type(text, path[-1], kind="composite", fields=of)
        return self._range(text, bare) or Type(
            text, path[-1].strip('"'), tuple(re.split(r"\s*,\s*", arguments[1])) if arguments else ()
        )

    def _domain(self, path: tuple[str, ...]) -> Type:
        attributes = self._domains[path]
        base = self.of(str(attributes["type"]))
        checks = list(base.checks)
        for name, constraint in self._domain_checks.get(path, {}).items():
            text, tree = check(str(constraint["definition"]))
            checks.append(Check(name, text, tree))
        return Type(
            base.text, base.name, base.arguments, base.kind, base.element, base.labels, base.fields, tuple(checks),
            base.not_null or bool(attributes.get("not_null")),
        )  # fmt: skip

    def _range(self, text: str, bare: str) -> Type | None:
        single = bare.replace("multirange", "range")
        if single in _SUBTYPES:
            of = self.of(_SUBTYPES[single])
            if single == bare:
                return Type(text, bare, kind="range", element=of)
            return Type(text, bare, kind="multirange", element=self.of(single))
        for path, attributes in self._ranges.items():
            if split(bare) == path:
                return Type(text, path[-1], kind="range", element=self.of(str(attributes["subtype"])))
            if attributes.get("multirange") == bare:
                return Type(text, bare, kind="multirange", element=self.of(".".join(path)))
        return None


def split(name: str) -> tuple[str, ...]:
    """A qualified name as the server writes it, in parts: `public."Order"` is `("public", "Order")`."""
    return tuple(part.strip('"').replace('""', '"') for part in _PART.findall(name))


def _texts(attributes: Attributes, name: str) -> tuple[str, ...]:
    found = attributes.get(name)
    return tuple(str(item) for item in found) if isinstance(found, list | tuple) else ()


def _by_owner(objects: Mapping[tuple[str, ...], Attributes]) -> dict[tuple[str, ...], dict[str, Attributes]]:
    grouped: dict[tuple[str, ...], dict[str, Attributes]] = {}
    for path, attributes in objects.items():
        grouped.setdefault(path[:-1], {})[path[-1]] = attributes
    return grouped
