"""Reading the small parts of a parse tree: names, words of lists, options, constants, types."""

from collections.abc import Iterable, Mapping
from typing import Any

from schemactl.sql.ddl.node import Expression, Name
from schemactl.sql.ddl.tables import Type

Json = Mapping[str, Any]

# What the grammar calls a type -> what a reader and the documentation call it.
SPOKEN_TYPES = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "bpchar": "char",
    "timestamptz": "timestamp with time zone",
}


def word(node: Json) -> str:
    """The text of a String node."""
    text: str = node.get("String", {}).get("sval", "")
    return text


def words(nodes: Iterable[Json] | None) -> tuple[str, ...]:
    """The texts of String nodes."""
    return tuple([node["String"].get("sval", "") for node in nodes or () if "String" in node])


def relation(node: Json) -> Name:
    """The name of a RangeVar's inner mapping."""
    return Name(node.get("schemaname"), node.get("relname", ""))


def relations(nodes: Iterable[Json] | None) -> tuple[Name, ...]:
    """The names of RangeVar nodes."""
    return tuple([relation(node["RangeVar"]) for node in nodes or () if "RangeVar" in node])


def qualified(parts: Iterable[str]) -> Name:
    """A name from its parts; a catalog before the schema is dropped."""
    *schema, name = list(parts) or [""]
    return Name(schema[-1] if schema else None, name)


def name_of(nodes: Iterable[Json] | None) -> Name:
    """A name from String nodes."""
    return qualified(words(nodes))


def roles(nodes: Iterable[Json] | None) -> tuple[str, ...]:
    """The roles of RoleSpec nodes: `public`, `current_user`, or the name."""
    result = []
    for node in nodes or ():
        spec = node.get("RoleSpec", {})
        kind = spec.get("roletype", "").removeprefix("ROLESPEC_").lower()
        result.append(spec.get("rolename", "") if kind == "cstring" else kind)
    return tuple(result)


def type_of(node: Json) -> Type:
    """The type of a TypeName's inner mapping."""
    parts = words(node.get("names"))
    schema = parts[-2] if len(parts) > 1 else None
    modifiers = [
        integer for item in node.get("typmods", ()) if (integer := constant(item)) is not None and type(integer) is int
    ]
    return Type(
        name=parts[-1] if parts else "",
        schema=None if schema == "pg_catalog" else schema,
        modifiers=tuple(modifiers),
        array="arrayBounds" in node,
    )


def spoken(kind: Type) -> str:
    """The type as a person writes it: `character varying(10)`, `integer[]`."""
    name = SPOKEN_TYPES.get(kind.name, kind.name)
    schema = f"{kind.schema}." if kind.schema else ""
    modifiers = f"({','.join(map(str, kind.modifiers))})" if kind.modifiers else ""
    return f"{schema}{name}{modifiers}{'[]' if kind.array else ''}"


def constant(node: Json | None) -> str | int | bool | None:
    """The value of a constant, or None when the node is another expression (or NULL)."""
    if not node:
        return None
    if "A_Const" in node:
        value = node["A_Const"]
        if "ival" in value:
            return int(value["ival"].get("ival", 0))
        if "boolval" in value:
            return bool(value["boolval"].get("boolval", False))
        if "sval" in value:
            return str(value["sval"].get("sval", ""))
        if "fval" in value:
            return str(value["fval"].get("fval", ""))
        return None
    if "Integer" in node:
        return int(node["Integer"].get("ival", 0))
    if "Boolean" in node:
        return bool(node["Boolean"].get("boolval", False))
    if "String" in node:
        return word(node)
    if "TypeCast" in node:
        return constant(node["TypeCast"].get("arg"))
    return None


def options(nodes: Iterable[Json] | None) -> dict[str, Expression]:
    """DefElem nodes as name -> argument; an option without one has {}."""
    return {item["DefElem"]["defname"]: item["DefElem"].get("arg", {}) for item in nodes or () if "DefElem" in item}


def is_true(node: Json | None) -> bool:
    """Whether an option's argument switches it on; an absent argument does."""
    if node is None:
        return False
    value = constant(node)
    return not node or value is True or str(value).lower() in {"true", "on", "yes", "1"}
