"""What of a catalog decides access: relations with their columns, keys and references, functions, policies."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from schemactl.catalog.snapshot import Attributes, Snapshot
from schemactl.sql.names import quoted

Path = tuple[str, str]
"""Schema and name, unquoted."""

_PART = re.compile(r'"(?:[^"]|"")*"|[^.]+')


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `writable` is false where the server alone gives the value, `labels` are those of an enum."""

    name: str
    type: str
    base: str
    not_null: bool
    has_default: bool
    writable: bool
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key; `cascades` says that deleting the parent deletes or changes the row."""

    columns: tuple[str, ...]
    table: Path
    referenced: tuple[str, ...]
    cascades: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as the catalog has it; `using` and `check` are its conditions as SQL, None where there is none."""

    name: str
    table: Path
    command: str
    roles: frozenset[str]
    permissive: bool
    using: str | None
    check: str | None


@dataclass(frozen=True)
class Relation:
    """A table, view, materialized view or foreign table."""

    path: Path
    kind: str
    owner: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    row_security: bool = False
    forced: bool = False
    partitioned: bool = False
    parents: tuple[Path, ...] = ()
    is_partition: bool = False
    options: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = ()
    part_of: Path | None = None
    """The table, where this is some of its rows: the files of a bucket."""

    @property
    def real(self) -> Path:
        """The table as the catalog has it."""
        return self.part_of or self.path

    @property
    def name(self) -> str:
        """`schema.name` as SQL."""
        return ".".join(map(quoted, self.real))

    @property
    def is_table(self) -> bool:
        """Whether it has rows of its own that statements can change."""
        return self.kind == "table"


@dataclass(frozen=True, slots=True)
class Function:
    """A function or procedure that can be called; `types` are those of its arguments, as SQL."""

    schema: str
    name: str
    types: tuple[str, ...]
    kind: str
    definer: bool
    defaults: int

    @property
    def signature(self) -> str:
        """`schema.name(type, type)`."""
        return f"{self.schema}.{self.name}({', '.join(self.types)})"

    @property
    def sql(self) -> str:
        """The name as SQL, without arguments."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def split(name: str) -> Path:
    """`schema."Name"` as schema and name, unquoted; `pg_catalog` where no schema is written."""
    parts = [p[1:-1].replace('""', '"') if p[0] == '"' else p for p in _PART.findall(name)]
    return (parts[0], parts[1]) if len(parts) > 1 else ("pg_catalog", parts[0])


def read(snapshot: Snapshot) -> dict[Path, Relation]:
    """Every relation of the snapshot."""
    columns = _by_table(snapshot.of_kind("column"))
    constraints = _by_table(snapshot.of_kind("constraint"))
    indexes = _by_table(snapshot.of_kind("index"))
    policies = _by_table(snapshot.of_kind("policy"))
    types = _types(snapshot)
    found = {}
    for kind in ("table", "view", "materialized view", "foreign table"):
        for path, attributes in snapshot.of_kind(kind).items():
            at = (path[0], path[1])
            found[at] = _relation(
                at, kind, attributes, columns.get(at, {}), constraints.get(at, {}), indexes.get(at, {}),
                policies.get(at, {}), types,
            )  # fmt: skip
    return found


FILES: Path = ("storage", "objects")
_SAID_BY_THE_PATH = ("bucket_id", "name", "owner", "owner_id", "version", "last_accessed_at")


def files(relation: Relation, path: Path) -> Relation:
    """The table of files as one bucket is told of: whose a file is stays as it is."""
    columns = {
        name: replace(column, writable=False) if name in _SAID_BY_THE_PATH else column
        for name, column in relation.columns.items()
    }
    return replace(relation, path=path, part_of=relation.path, columns=columns)


def functions(snapshot: Snapshot, schemas: Sequence[str]) -> dict[str, Function]:
    """The functions of these schemas that a client could call, by signature; trigger functions cannot be called."""
    found = {}
    for kind in ("function", "procedure"):
        for path, attributes in snapshot.of_kind(kind).items():
            if path[0] in schemas and attributes.get("result") not in ("trigger", "event_trigger"):
                types = tuple(part.strip() for part in path[-1].split(",") if part.strip())
                defaults = str(attributes.get("arguments", "")).count(" DEFAULT ")
                one = Function(path[0], path[1], types, kind, bool(attributes.get("security_definer")), defaults)
                found[one.signature] = one
    return found


def _relation(
    path: Path,
    kind: str,
    attributes: Attributes,
    columns: Mapping[str, Attributes],
    constraints: Mapping[str, Attributes],
    indexes: Mapping[str, Attributes],
    policies: Mapping[str, Attributes],
    types: Mapping[str, tuple[str, tuple[str, ...]]],
) -> Relation:
    ordered = sorted(columns.items(), key=lambda item: int(str(item[1]["position"])))
    keys = [_names(a["columns"]) for a in constraints.values() if a["type"] in ("primary key", "unique")]
    primary = next((_names(a["columns"]) for a in constraints.values() if a["type"] == "primary key"), ())
    partial = [
        _index_columns(str(a["definition"]))
        for a in indexes.values()
        if str(a["definition"]).startswith("CREATE UNIQUE")
    ]
    return Relation(
        path=path,
        kind=kind,
        owner=str(attributes["owner"]),
        columns={name: _column(name, a, types) for name, a in ordered},
        key=primary or _unique_key(keys, columns),
        unique=tuple({*keys, *(found for found in partial if found)}),
        references=tuple(_reference(a) for a in constraints.values() if a["type"] == "foreign key"),
        checks={name: str(a["definition"]) for name, a in constraints.items() if a["type"] == "check"},
        row_security=bool(attributes.get("row_security")),
        forced=bool(attributes.get("force_row_security")),
        partitioned="partition_key" in attributes,
        parents=tuple(split(str(parent)) for parent in _list(attributes.get("inherits"))),
        is_partition="partition_bound" in attributes,
        options=_names(attributes.get("options")),
        policies=tuple(_policy(name, path, a) for name, a in policies.items()),
    )


def _column(name: str, attributes: Attributes, types: Mapping[str, tuple[str, tuple[str, ...]]]) -> Column:
    type_ = str(attributes["type"])
    base, labels = types.get(type_, (type_, ()))
    identity = str(attributes.get("identity", ""))
    return Column(
        name=name,
        type=type_,
        base=base,
        not_null=bool(attributes.get("not_null")),
        has_default="default" in attributes or bool(identity),
        writable="generated" not in attributes and identity != "always",
        labels=labels,
    )


def _reference(attributes: Attributes) -> Reference:
    definition = str(attributes["definition"])
    return Reference(
        _names(attributes["columns"]),
        split(str(attributes["references"])),
        _names(attributes["referenced_columns"]),
        re.search(r"ON DELETE (CASCADE|SET)", definition) is not None,
    )


def _policy(name: str, table: Path, attributes: Attributes) -> Policy:
    using, check = attributes.get("using"), attributes.get("check")
    return Policy(
        name,
        table,
        str(attributes["command"]),
        frozenset(_names(attributes["roles"])),
        bool(attributes["permissive"]),
        None if using is None else str(using),
        None if check is None else str(check),
    )


def _types(snapshot: Snapshot) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Enums and domains by their text: what is beneath, and the labels."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for path, attributes in snapshot.of_kind("enum").items():
        found[".".join(map(quoted, path))] = ("enum", _names(attributes.get("labels")))
    for path, attributes in snapshot.of_kind("domain").items():
        base = str(attributes["type"])
        found[".".join(map(quoted, path))] = found.get(base, (base, ()))
    return found


def _unique_key(keys: Sequence[tuple[str, ...]], columns: Mapping[str, Attributes]) -> tuple[str, ...]:
    whole = (key for key in keys if all(columns[name].get("not_null") for name in key))
    return next(iter(sorted(whole, key=len)), ())


def _index_columns(definition: str) -> tuple[str, ...]:
    found = re.search(r"USING \w+ \(([\w, ]+)\)", definition)
    return tuple(part.strip() for part in found[1].split(",")) if found else ()


def _by_table(objects: Mapping[tuple[str, ...], Attributes]) -> dict[Path, dict[str, Attributes]]:
    grouped: dict[Path, dict[str, Attributes]] = {}
    for path, attributes in objects.items():
        if len(path) == 3:
            grouped.setdefault((path[0], path[1]), {})[path[2]] = attributes
    return grouped


def _names(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())


def _list(values: Any) -> Sequence[Any]:
    return values or ()
