"""Indexes, types, functions, policies, roles, grants, publications, drops, renames: parse trees to values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from schemactl.sql.ddl import objects as o
from schemactl.sql.ddl.lower_tables import constraint
from schemactl.sql.ddl.node import Name, Node
from schemactl.sql.ddl.words import (
    constant,
    is_true,
    name_of,
    options,
    qualified,
    relation,
    roles,
    spoken,
    type_of,
    word,
    words,
)

Json = Mapping[str, Any]

# Bits of CreateTrigStmt.events (src/include/catalog/pg_trigger.h).
_EVENTS = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))
_BEFORE = 2
_ON_TABLE = {"policy", "trigger", "rule"}


def _kind(node: Json, key: str) -> str:
    kind: str = node.get(key, "").removeprefix("OBJECT_").replace("_", " ").lower()
    return {"matview": "materialized view", "tabconstraint": "constraint"}.get(kind, kind)


def _cascades(node: Json) -> bool:
    return node.get("behavior") == "DROP_CASCADE"


def create_index(node: Json) -> o.CreateIndex:
    """IndexStmt."""
    target = node["relation"]
    including = (item["IndexElem"].get("name", "") for item in node.get("indexIncludingParams", ()))
    return o.CreateIndex(
        table=relation(target),
        name=node.get("idxname"),
        keys=tuple([_key(item["IndexElem"]) for item in node.get("indexParams", ())]),
        method=node.get("accessMethod", "btree"),
        include=tuple(including),
        unique=node.get("unique", False),
        where=node.get("whereClause"),
        concurrently=node.get("concurrent", False),
        if_not_exists=node.get("if_not_exists", False),
        only=not target.get("inh", False),
    )


def _key(node: Json) -> o.IndexKey:
    nulls = node.get("nulls_ordering", "SORTBY_NULLS_DEFAULT").removeprefix("SORTBY_NULLS_").lower()
    return o.IndexKey(
        column=node.get("name"),
        expression=node.get("expr"),
        descending=node.get("ordering") == "SORTBY_DESC",
        nulls="" if nulls == "default" else nulls,
        opclass=words(node["opclass"])[-1] if "opclass" in node else None,
    )


def drop(node: Json) -> o.Drop:
    """DropStmt."""
    kind = _kind(node, "removeType")
    parts = [_parts(item) for item in node.get("objects", ())]
    table = None
    if kind in _ON_TABLE and parts:
        table = qualified(parts[0][:-1])
        parts = [part[-1:] for part in parts]
    return o.Drop(
        kind=kind,
        names=tuple([qualified(part) for part in parts]),
        if_exists=node.get("missing_ok", False),
        cascade=_cascades(node),
        concurrently=node.get("concurrent", False),
        table=table,
    )


def _parts(node: Json) -> tuple[str, ...]:
    if "List" in node:
        items = node["List"].get("items", ())
        return words(items) or tuple(part for item in items for part in _parts(item))
    if "TypeName" in node:
        return words(node["TypeName"].get("names"))
    if "ObjectWithArgs" in node:
        return words(node["ObjectWithArgs"].get("objname"))
    return (word(node),)


def _simple_drop(kind: str, key: str) -> Callable[[Json], Node]:
    def lower(node: Json) -> Node:
        return o.Drop(
            kind=kind,
            names=(Name(None, node[key]),),
            if_exists=node.get("missing_ok", False),
            cascade=_cascades(node),
        )

    return lower


def _drop_roles(node: Json) -> Node:
    names = tuple(Name(None, role) for role in roles(node.get("roles")))
    return o.Drop(kind="role", names=names, if_exists=node.get("missing_ok", False))


def _drop_owned(node: Json) -> Node:
    names = tuple(Name(None, role) for role in roles(node.get("roles")))
    return o.Drop(kind="owned", names=names, cascade=_cascades(node))


def rename(node: Json) -> Node:
    """RenameStmt."""
    target = node.get("relation")
    found = relation(target) if target else None
    old = node.get("subname") or (found.name if found else "".join(_parts(node.get("object", {}))[-1:]))
    return o.Rename(kind=_kind(node, "renameType"), relation=found, old=old, new=node.get("newname", ""))


def _comment(node: Json) -> Node:
    kind = _kind(node, "objtype")
    parts = _parts(node.get("object", {})) if kind in {"table", "view", "materialized view"} else ()
    return o.Comment(kind=kind, name=qualified(parts) if parts else None, text=node.get("comment", ""))


def _set_schema(node: Json) -> Node:
    target = node.get("relation")
    name = relation(target) if target else qualified(_parts(node.get("object", {})))
    return o.SetSchema(kind=_kind(node, "objectType"), name=name, schema=node.get("newschema", ""))


def _alter_enum(node: Json) -> Node:
    return o.AlterEnum(
        name=name_of(node["typeName"]),
        value=node.get("newVal", ""),
        old=node.get("oldVal"),
        if_not_exists=node.get("skipIfNewValExists", False),
        placed="newValNeighbor" in node,
    )


def _create_domain(node: Json) -> Node:
    found = (constraint(item["Constraint"]) for item in node.get("constraints", ()))
    return o.CreateDomain(
        name=name_of(node["domainname"]),
        type=type_of(node["typeName"]),
        constraints=tuple(item for item in found if item),
    )


# AlterDomainStmt.subtype (src/include/nodes/parsenodes.h).
_DOMAIN_ACTIONS = {
    "T": "default",
    "N": "drop not null",
    "O": "set not null",
    "C": "add constraint",
    "X": "drop constraint",
    "V": "validate",
}


def _alter_domain(node: Json) -> Node:
    inner = node.get("def", {}).get("Constraint")
    return o.AlterDomain(
        name=name_of(node["typeName"]),
        action=_DOMAIN_ACTIONS.get(node.get("subtype", ""), "default"),
        constraint=constraint(inner) if inner else None,
        if_exists=node.get("missing_ok", False),
    )


def _create_view(node: Json) -> Node:
    settings = options(node.get("options"))
    return o.CreateView(
        name=relation(node["view"]),
        query=node["query"],
        or_replace=node.get("replace", False),
        temporary=node["view"].get("relpersistence") == "t",
        security_invoker=is_true(settings.get("security_invoker")),
    )


def _create_function(node: Json) -> Node:
    given = options(node.get("options"))
    source = words(given.get("as", {}).get("List", {}).get("items"))
    at = next(
        (
            item["DefElem"].get("arg_location", -1)
            for item in node.get("options", ())
            if item.get("DefElem", {}).get("defname") == "as"
        ),
        -1,
    )
    returns = node.get("returnType")
    return o.CreateFunction(
        name=name_of(node["funcname"]),
        procedure=node.get("is_procedure", False),
        or_replace=node.get("replace", False),
        language=str(constant(given.get("language")) or "sql").lower(),
        returns=spoken(type_of(returns)) if returns else None,
        arguments=tuple(_arguments(node.get("parameters", ()))),
        named_arguments=tuple(_named(node.get("parameters", ()))),
        body=source[0] if source else "",
        body_at=at,
        volatility=str(constant(given.get("volatility")) or "volatile"),
        security_definer=is_true(given.get("security")),
        settings=_settings(node.get("options", ())),
    )


def _arguments(nodes: Iterable[Json]) -> Iterable[str]:
    for item in nodes:
        parameter = item["FunctionParameter"]
        if parameter.get("mode") not in {"FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"}:
            yield spoken(type_of(parameter.get("argType", {})))


def _named(nodes: Iterable[Json]) -> Iterable[tuple[str, str]]:
    for item in nodes:
        parameter = item["FunctionParameter"]
        if "name" in parameter:
            yield parameter["name"], type_of(parameter.get("argType", {})).name


def _settings(nodes: Iterable[Json]) -> tuple[str, ...]:
    found = (item["DefElem"].get("arg", {}).get("VariableSetStmt") for item in nodes if "DefElem" in item)
    return tuple(setting["name"] for setting in found if setting and "name" in setting)


def _alter_function(node: Json) -> Node:
    given = options(node.get("actions"))
    return o.AlterFunction(
        name=name_of(node["func"].get("objname")),
        security_definer=is_true(given["security"]) if "security" in given else None,
        settings=_settings(node.get("actions", ())),
    )


def _create_trigger(node: Json) -> Node:
    return o.CreateTrigger(
        name=node["trigname"],
        table=relation(node["relation"]),
        function=name_of(node.get("funcname")),
        or_replace=node.get("replace", False),
        constraint=node.get("isconstraint", False),
        before=bool(node.get("timing", 0) & _BEFORE),
        row=node.get("row", False),
        events=tuple(event for bit, event in _EVENTS if node.get("events", 0) & bit),
    )


def _create_policy(node: Json) -> Node:
    return o.CreatePolicy(
        name=node["policy_name"],
        table=relation(node["table"]),
        command=node.get("cmd_name", "all"),
        roles=_named_roles(node.get("roles", ())),
        permissive=node.get("permissive", False),
        using=node.get("qual"),
        check=node.get("with_check"),
    )


def _named_roles(nodes: Sequence[Json]) -> tuple[str, ...]:
    """The roles behind TO; the PUBLIC that the parser puts in without one has no location."""
    return roles(node for node in nodes if node["RoleSpec"].get("location", -1) >= 0)


def _alter_policy(node: Json) -> Node:
    return o.AlterPolicy(
        name=node["policy_name"],
        table=relation(node["table"]),
        roles=roles(node["roles"]) if "roles" in node else None,
        using=node.get("qual"),
        check=node.get("with_check"),
    )


def _create_extension(node: Json) -> Node:
    schema = constant(options(node.get("options")).get("schema"))
    return o.CreateExtension(
        name=node["extname"],
        schema=str(schema) if schema else None,
        if_not_exists=node.get("if_not_exists", False),
    )


def _create_role(node: Json) -> Node:
    given = {name: constant(value) for name, value in options(node.get("options")).items()}
    return o.CreateRole(name=node.get("role", ""), options=dict(given))


def _alter_role(node: Json) -> Node:
    given = {name: constant(value) for name, value in options(node.get("options")).items()}
    return o.CreateRole(name="".join(roles([{"RoleSpec": node["role"]}])), options=dict(given), alter=True)


def _grant(node: Json, *, default: bool = False) -> o.Grant:
    access = [item["AccessPriv"] for item in node.get("privileges", ())]
    return o.Grant(
        grant=node.get("is_grant", False),
        kind=_kind(node, "objtype"),
        privileges=tuple(item.get("priv_name", "all").lower() for item in access),
        objects=tuple(
            relation(item["RangeVar"]) if "RangeVar" in item else qualified(_parts(item))
            for item in node.get("objects", ())
        ),
        grantees=roles(node.get("grantees")),
        everything=node.get("targtype") == "ACL_TARGET_ALL_IN_SCHEMA",
        column_level=any("cols" in item for item in access),
        default=default,
    )


def _grant_role(node: Json) -> Node:
    granted = (item["AccessPriv"].get("priv_name", "") for item in node.get("granted_roles", ()))
    return o.GrantRole(
        grant=node.get("is_grant", False), roles=tuple(granted), grantees=roles(node.get("grantee_roles"))
    )


def _published(node: Json) -> tuple[Name, ...]:
    specs = (item["PublicationObjSpec"] for item in node.get("pubobjects", ()))
    return tuple(relation(spec["pubtable"]["relation"]) for spec in specs if "pubtable" in spec)


def _publishes_schema(node: Json) -> bool:
    return any("SCHEMA" in item["PublicationObjSpec"].get("pubobjtype", "") for item in node.get("pubobjects", ()))


def _create_publication(node: Json) -> Node:
    everything = node.get("for_all_tables", False) or _publishes_schema(node)
    return o.CreatePublication(name=node["pubname"], tables=_published(node), everything=everything)


def _alter_publication(node: Json) -> Node:
    action = {"AP_AddObjects": "add", "AP_DropObjects": "drop", "AP_SetObjects": "set"}.get(
        node.get("action", ""), "set"
    )
    return o.AlterPublication(
        name=node["pubname"], tables=_published(node), action=action if "pubobjects" in node else "options"
    )


def _create_type(kind: str, key: str) -> Callable[[Json], Node]:
    def lower(node: Json) -> Node:
        name = relation(node[key]) if isinstance(node[key], dict) else name_of(node[key])
        return o.CreateType(name=name, kind=kind)

    return lower


def _define(node: Json) -> Node:
    kind = _kind(node, "kind")
    name = name_of(node.get("defnames"))
    if kind == "type":
        return o.CreateType(name=name, kind="base")
    return o.CreateOther(
        kind=kind,
        name=str(name),
        or_replace=node.get("replace", False),
        if_not_exists=node.get("if_not_exists", False),
    )


def _other(kind: str, key: str = "") -> Callable[[Json], Node]:
    def lower(node: Json) -> Node:
        name = node.get(key)
        return o.CreateOther(
            kind=kind,
            name=name if isinstance(name, str) else None,
            or_replace=node.get("replace", False),
            if_not_exists=node.get("if_not_exists", False),
        )

    return lower


LOWER: dict[str, Callable[[Json], Node]] = {
    "IndexStmt": create_index,
    "DropStmt": drop,
    "DropdbStmt": _simple_drop("database", "dbname"),
    "DropSubscriptionStmt": _simple_drop("subscription", "subname"),
    "DropTableSpaceStmt": _simple_drop("tablespace", "tablespacename"),
    "DropRoleStmt": _drop_roles,
    "DropOwnedStmt": _drop_owned,
    "RenameStmt": rename,
    "AlterObjectSchemaStmt": _set_schema,
    "AlterOwnerStmt": lambda node: o.ChangeOwnerOf(kind=_kind(node, "objectType")),
    "CommentStmt": _comment,
    "CreateSchemaStmt": lambda node: o.CreateSchema(
        name=node.get("schemaname", ""), if_not_exists=node.get("if_not_exists", False)
    ),
    "CreateEnumStmt": lambda node: o.CreateEnum(name=name_of(node["typeName"]), values=words(node.get("vals"))),
    "CompositeTypeStmt": _create_type("composite", "typevar"),
    "CreateRangeStmt": _create_type("range", "typeName"),
    "AlterEnumStmt": _alter_enum,
    "CreateDomainStmt": _create_domain,
    "AlterDomainStmt": _alter_domain,
    "CreateSeqStmt": lambda node: o.CreateSequence(
        name=relation(node["sequence"]),
        if_not_exists=node.get("if_not_exists", False),
        temporary=node["sequence"].get("relpersistence") == "t",
    ),
    "ViewStmt": _create_view,
    "CreateFunctionStmt": _create_function,
    "AlterFunctionStmt": _alter_function,
    "CreateTrigStmt": _create_trigger,
    "CreatePolicyStmt": _create_policy,
    "AlterPolicyStmt": _alter_policy,
    "CreateExtensionStmt": _create_extension,
    "CreateRoleStmt": _create_role,
    "AlterRoleStmt": _alter_role,
    "GrantStmt": _grant,
    "AlterDefaultPrivilegesStmt": lambda node: _grant(node["action"], default=True),
    "GrantRoleStmt": _grant_role,
    "CreatePublicationStmt": _create_publication,
    "AlterPublicationStmt": _alter_publication,
    "DefineStmt": _define,
    "CreatedbStmt": _other("database", "dbname"),
    "CreateTableSpaceStmt": _other("tablespace", "tablespacename"),
    "CreateCastStmt": _other("cast"),
    "CreateOpClassStmt": _other("operator class"),
    "CreateOpFamilyStmt": _other("operator family"),
    "RuleStmt": _other("rule", "rulename"),
    "CreateStatsStmt": _other("statistics"),
    "CreateFdwStmt": _other("foreign data wrapper", "fdwname"),
    "CreateForeignServerStmt": _other("server", "servername"),
    "CreateUserMappingStmt": _other("user mapping"),
    "CreateEventTrigStmt": _other("event trigger", "trigname"),
    "CreateSubscriptionStmt": _other("subscription", "subname"),
    "CreatePLangStmt": _other("language", "plname"),
    "CreateTransformStmt": _other("transform"),
    "CreateConversionStmt": _other("conversion"),
    "CreateAmStmt": _other("access method", "amname"),
}
