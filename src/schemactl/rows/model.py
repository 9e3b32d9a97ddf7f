"""The part of a schema that decides which rows it takes: columns, checks, keys and references, table by table."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemactl.catalog.snapshot import Attributes, Snapshot
from schemactl.rows.types import Check, Type, Types, split
from schemactl.sql.expressions import (
    TRUE,
    Call,
    Column,
    Constant,
    Expression,
    check,
    columns,
    expression,
    key_parts,
    substitute,
)  # fmt: skip

Path = tuple[str, ...]
"""Schema and name, unquoted, as in a snapshot."""
Partition = tuple[Path, Path, str | None]
"""A leaf, its root and the condition that leads rows to it, as queries/partitions.sql tells them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a row has. `automatic`: the server gives the value (serial, identity), so none is chosen.

    `default` is the tree of its DEFAULT, None without one; `generated` that of a generated column.
    """

    name: str
    type: Type
    not_null: bool
    automatic: bool = False
    default: Expression | None = None
    generated: Expression | None = None
    generated_text: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: `columns` hold the `referenced` columns of a row of `table`, or a NULL."""

    name: str
    columns: tuple[str, ...]
    table: Path
    referenced: tuple[str, ...]
    full: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """What no two rows may share (UNIQUE, PRIMARY KEY, EXCLUDE) where `condition` holds."""

    name: str
    parts: tuple[Expression, ...]
    condition: Expression = TRUE
    exclusion: bool = False
    nulls_distinct: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it compares, also those inside expressions."""
        return tuple(dict.fromkeys(name for part in self.parts for name in sorted(columns(part))))

    @property
    def plain(self) -> bool:
        """Whether the columns' values alone tell rows apart."""
        return not self.exclusion and self.condition == TRUE and all(isinstance(part, Column) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that takes rows. Those of a partition go through `target`, the partitioned table at the root."""

    path: Path
    target: Path
    fields: Mapping[str, Field]
    checks: tuple[Check, ...] = ()
    references: tuple[Reference, ...] = ()
    keys: tuple[Key, ...] = ()
    primary: tuple[str, ...] = ()
    partitioned: bool = False
    foreign: bool = False

    @property
    def drawn(self) -> tuple[Field, ...]:
        """The columns whose values are chosen, in the order of the table."""
        return tuple(field for field in self.fields.values() if not field.automatic)

    def required(self, reference: Reference) -> bool:
        """Whether every row must have this parent."""
        return all(self.fields[name].not_null for name in reference.columns)


def read(
    snapshot: Snapshot, partitions: Sequence[Partition] = (), wanted: Iterable[Path] | None = None
) -> dict[Path, Table]:  # fmt: skip
    """The tables of a snapshot: those `wanted` and all that they lead to, or all of them."""
    types = Types(snapshot)
    grouped = {kind: _by_table(snapshot.of_kind(kind)) for kind in ("column", "constraint", "index")}
    reached = None if wanted is None else _reached(wanted, grouped["constraint"], partitions)
    found: dict[Path, Table] = {}
    for kind in ("table", "foreign table"):
        for path, attributes in snapshot.of_kind(kind).items():
            if reached is not None and path not in reached:
                continue
            parts = (grouped[part].get(path, {}) for part in ("column", "constraint", "index"))
            table = _table(path, types, *parts)
            found[path] = replace(table, foreign=kind != "table", partitioned="partition_key" in attributes)
    for leaf, root, condition in partitions:
        if leaf in found and root in found:
            found[leaf] = _partition(found[leaf], found[root], condition)
    return found


def _reached(
    wanted: Iterable[Path], constraints: Mapping[Path, Mapping[str, Attributes]], partitions: Sequence[Partition]
) -> set[Path]:
    """The tables themselves, those that they refer to, however far, and the partitions of all."""
    related: dict[Path, set[Path]] = {}
    for leaf, root, _ in partitions:
        related.setdefault(leaf, set()).add(root)
        related.setdefault(root, set()).add(leaf)
    reached: set[Path] = set()
    waiting = list(wanted)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += related.get(path, ())
            waiting += [split(str(a["references"])) for a in constraints.get(path, {}).values() if "references" in a]
    return reached


def _table(
    path: Path, types: Types, of_columns: Mapping[str, Attributes], of_constraints: Mapping[str, Attributes],
    of_indexes: Mapping[str, Attributes],
) -> Table:  # fmt: skip
    ordered = sorted(of_columns.items(), key=lambda item: int(str(item[1]["position"])))
    fields = {name: _field(name, types.of(str(attributes["type"])), attributes) for name, attributes in ordered}
    checks = _checks(of_constraints)
    given = {check.name for check in checks}
    checks += [
        Check(item.name, _of_column(item.text, field.name), substitute(item.tree, {"value": Column(field.name)}))
        for field in fields.values()
        for item in field.type.checks
        if item.name not in given
    ]
    required = {name for item in checks for name in _never_null(item.tree)}
    primary = next((_names(a["columns"]) for a in of_constraints.values() if a["type"] == "primary key"), ())
    references = tuple(_reference(name, a) for name, a in of_constraints.items() if a["type"] == "foreign key")
    children = {name for reference in references for name in reference.columns}
    return Table(
        path,
        path,
        {
            name: replace(
                field,
                not_null=field.not_null or name in required,
                automatic=field.automatic and (field.generated is not None or name not in children),
            )
            for name, field in fields.items()
        },
        tuple(checks),
        references,
        tuple(_keys(of_constraints, of_indexes)),
        primary,
    )


def _field(name: str, type_: Type, attributes: Attributes) -> Field:
    default = str(attributes["default"]) if "default" in attributes else None
    tree = expression(default) if default is not None else None
    generated = "generated" in attributes
    serial = isinstance(tree, Call) and tree.name == "nextval"
    return Field(
        name,
        type_,
        bool(attributes.get("not_null")) or type_.not_null,
        generated or serial or "identity" in attributes,
        None if generated or serial else tree,
        tree if generated else None,
        default or "" if generated else "",
    )


def _checks(constraints: Mapping[str, Attributes]) -> list[Check]:
    wanted = [
        (name, str(attributes["definition"]))
        for name, attributes in constraints.items()
        if attributes["type"] == "check" and attributes.get("enforced", True)
    ]
    return [Check(name, *check(definition)) for name, definition in wanted]


def _reference(name: str, attributes: Attributes) -> Reference:
    return Reference(
        name,
        _names(attributes["columns"]),
        split(str(attributes["references"])),
        _names(attributes["referenced_columns"]),
        " MATCH FULL" in str(attributes["definition"]),
    )


def _keys(constraints: Mapping[str, Attributes], indexes: Mapping[str, Attributes]) -> Iterable[Key]:
    for name, attributes in constraints.items():
        if attributes["type"] == "exclude":
            yield Key(name, *key_parts(str(attributes["definition"])), exclusion=True)
        elif "WITHOUT OVERLAPS" in str(attributes["definition"]):
            yield Key(name, tuple(map(Column, _names(attributes["columns"]))), exclusion=True)
    for name, attributes in indexes.items():
        definition = str(attributes["definition"])
        if definition.startswith("CREATE UNIQUE"):
            parts, condition = key_parts(definition)
            yield Key(name, parts, condition, nulls_distinct="NULLS NOT DISTINCT" not in definition)


def _partition(leaf: Table, root: Table, condition: str | None) -> Table:
    checks = leaf.checks
    if condition:
        checks += (Check(f"partition {leaf.path[-1]}", condition, expression(condition)),)
    required = {name for item in checks for name in _never_null(item.tree)}
    fields = {
        name: replace(
            field,
            automatic=root.fields[name].automatic if name in root.fields else field.automatic,
            not_null=field.not_null or name in required,
        )
        for name, field in leaf.fields.items()
    }
    return replace(leaf, target=root.path, fields=fields, checks=checks)


def _never_null(tree: Expression) -> Iterable[str]:
    """The columns that `tree` says are not null, whatever else holds."""
    match tree:
        case Call("and", parts):
            for part in parts:
                yield from _never_null(part)
        case Call("not", (Call("is null", (Column(name),)),)):
            yield name


def _of_column(text: str, column: str) -> str:
    """A domain's condition about a column; VALUE is the only word in capitals of its kind that the server prints."""
    name = '"' + column.replace('"', '""') + '"'
    return re.sub(r"'(?:[^']|'')*'|\bVALUE\b", lambda found: found[0] if found[0][0] == "'" else name, text)


def _names(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _by_table(objects: Mapping[Path, Attributes]) -> dict[Path, dict[str, Attributes]]:
    grouped: dict[Path, dict[str, Attributes]] = {}
    for path, attributes in objects.items():
        grouped.setdefault(path[:-1], {})[path[-1]] = attributes
    return grouped


def constant_default(field: Field) -> Constant | None:
    """The DEFAULT of a column where it is a literal."""
    return field.default if isinstance(field.default, Constant) else None
