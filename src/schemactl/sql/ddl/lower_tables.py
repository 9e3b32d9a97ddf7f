"""CREATE TABLE and ALTER TABLE: parse trees to values."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from schemactl.sql.ddl import tables as t
from schemactl.sql.ddl.node import Name, Node
from schemactl.sql.ddl.words import options, relation, relations, type_of, words

Json = Mapping[str, Any]

_KINDS = {
    "CONSTR_PRIMARY": "primary",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_CHECK": "check",
    "CONSTR_FOREIGN": "foreign",
    "CONSTR_EXCLUSION": "exclusion",
    "CONSTR_NOTNULL": "not null",
}
_ON_DELETE = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_IDENTITIES = {"d": "default", "n": "nothing", "f": "full", "i": "index"}


def constraint(node: Json, column: str | None = None) -> t.Constraint | None:
    """A Constraint's inner mapping; None for what is a property of the column (default, identity…)."""
    kind = _KINDS.get(node["contype"])
    if kind is None:
        return None
    keys = node.get("fk_attrs") if kind == "foreign" else node.get("keys")
    table = node.get("pktable")
    return t.Constraint(
        kind=kind,
        at=node.get("location", -1),
        name=node.get("conname"),
        columns=(column,) if column else words(keys) or _excluded(node),
        expression=node.get("raw_expr"),
        references=relation(table) if table else None,
        referenced_columns=words(node.get("pk_attrs")),
        on_delete=_ON_DELETE.get(node.get("fk_del_action", "a"), "no action"),
        not_valid=node.get("skip_validation", False),
        enforced=kind not in {"check", "foreign"}
        or node.get("is_enforced", False)
        or node.get("skip_validation", False),
        using_index=node.get("indexname"),
        deferrable=node.get("deferrable", False),
    )


def _excluded(node: Json) -> tuple[str, ...]:
    elements = (item["List"]["items"][0]["IndexElem"] for item in node.get("exclusions", ()))
    return tuple(element["name"] for element in elements if "name" in element)


def column(node: Json) -> t.Column:
    """A ColumnDef's inner mapping."""
    name = node.get("colname", "")
    default = generated = None
    identity = False
    own = []
    for item in node.get("constraints", ()):
        inner = item["Constraint"]
        kind = inner["contype"]
        if kind == "CONSTR_DEFAULT":
            default = inner.get("raw_expr")
        elif kind == "CONSTR_GENERATED":
            default = inner.get("raw_expr")
            generated = "virtual" if inner.get("generated_kind") == "v" else "stored"
        elif kind == "CONSTR_IDENTITY":
            identity = True
        elif found := constraint(inner, name):
            own.append(found)
    kinds = {item.kind for item in own}
    collation = node.get("collClause")
    return t.Column(
        name=name,
        at=node.get("location", -1),
        type=type_of(node["typeName"]) if "typeName" in node else None,
        not_null=bool(kinds & {"not null", "primary"}) or identity,
        default=default,
        generated=generated,
        identity=identity,
        collation=words(collation["collname"])[-1] if collation else None,
        constraints=tuple(own),
    )


def create_table(node: Json, *, foreign: bool = False) -> t.CreateTable:
    """CreateStmt, or the base of CreateForeignTableStmt."""
    target = node["relation"]
    columns, constraints, like = _elements(node.get("tableElts", ()))
    parents = relations(node.get("inhRelations"))
    bound = node.get("partbound")
    partitioning = node.get("partspec")
    return t.CreateTable(
        name=relation(target),
        columns=tuple(columns),
        constraints=tuple(constraints),
        if_not_exists=node.get("if_not_exists", False),
        temporary=target.get("relpersistence") == "t" or target.get("schemaname") == "pg_temp",
        unlogged=target.get("relpersistence") == "u",
        foreign=foreign,
        partition_of=parents[0] if bound is not None and parents else None,
        partition_default=bool(bound and bound.get("is_default")),
        partition_by=_partition_keys(partitioning) if partitioning else None,
        inherits=() if bound is not None else parents,
        like=tuple(like),
    )


def _elements(nodes: Iterable[Json]) -> tuple[list[t.Column], list[t.Constraint], list[Name]]:
    columns: list[t.Column] = []
    constraints: list[t.Constraint] = []
    like: list[Name] = []
    for element in nodes:
        if "ColumnDef" in element:
            columns.append(column(element["ColumnDef"]))
            constraints.extend(columns[-1].constraints)
        elif "Constraint" in element:
            found = constraint(element["Constraint"])
            constraints.extend([found] if found else [])
        elif "TableLikeClause" in element:
            like.append(relation(element["TableLikeClause"]["relation"]))
    primary = {name for item in constraints if item.kind == "primary" for name in item.columns}
    columns = [
        t.Column(**{**item.__dict__, "not_null": True}) if item.name in primary and not item.not_null else item
        for item in columns
    ]
    return columns, constraints, like


def _partition_keys(node: Json) -> tuple[str, ...]:
    return tuple(item["PartitionElem"].get("name", "") for item in node.get("partParams", ()))


def create_table_as(node: Json) -> t.CreateTableAs:
    """CreateTableAsStmt."""
    into = node["into"]
    return t.CreateTableAs(
        name=relation(into["rel"]),
        materialized=node.get("objtype") == "OBJECT_MATVIEW",
        query=node["query"],
        if_not_exists=node.get("if_not_exists", False),
        temporary=into["rel"].get("relpersistence") == "t",
        with_data=not into.get("skipData", False),
    )


def select_into(node: Json) -> t.CreateTableAs:
    """SelectStmt with INTO."""
    into = node["intoClause"]["rel"]
    return t.CreateTableAs(
        name=relation(into),
        materialized=False,
        query={"SelectStmt": node},
        temporary=into.get("relpersistence") == "t",
    )


def alter_table(node: Json) -> t.AlterTable:
    """AlterTableStmt."""
    target = node["relation"]
    return t.AlterTable(
        name=relation(target),
        kind=node.get("objtype", "OBJECT_TABLE").removeprefix("OBJECT_").replace("_", " ").lower(),
        actions=tuple([action(item["AlterTableCmd"]) for item in node.get("cmds", ())]),
        if_exists=node.get("missing_ok", False),
        only=not target.get("inh", False),
    )


def action(node: Json) -> t.Action:
    """One AlterTableCmd."""
    build = _ACTIONS.get(node["subtype"])
    return build(node) if build else t.OtherAction(subtype=node["subtype"])


def _add_column(node: Json) -> t.Action:
    inner = node["def"]["ColumnDef"]
    return t.AddColumn(column=column(inner), if_not_exists=node.get("missing_ok", False), at=inner.get("location", -1))


def _set_type(node: Json) -> t.Action:
    inner = node["def"]["ColumnDef"]
    collation = inner.get("collClause")
    return t.SetType(
        column=node["name"],
        type=type_of(inner["typeName"]),
        using=inner.get("raw_default"),
        collation=words(collation["collname"])[-1] if collation else None,
        at=inner.get("location", -1),
    )


def _add_constraint(node: Json) -> t.Action:
    inner = node["def"]["Constraint"]
    found = constraint(inner)
    if found is None:
        return t.OtherAction(subtype=node["subtype"])
    return t.AddConstraint(constraint=found, at=found.at)


def _partition(node: Json) -> t.Action:
    inner = node["def"]["PartitionCmd"]
    partition = relation(inner["name"])
    if node["subtype"] == "AT_AttachPartition":
        return t.AttachPartition(partition=partition, default=inner.get("bound", {}).get("is_default", False))
    return t.DetachPartition(
        partition=partition,
        concurrently=inner.get("concurrent", False),
        finalize=node["subtype"] == "AT_DetachPartitionFinalize",
    )


def _trigger(node: Json) -> t.Action:
    subtype = node["subtype"]
    default = "ALL" if subtype.endswith("All") else "USER"
    return t.SwitchTrigger(name=node.get("name", default), enabled=subtype.startswith("AT_Enable"))


def _replica_identity(node: Json) -> t.Action:
    inner = node["def"]["ReplicaIdentityStmt"]
    return t.ReplicaIdentity(kind=_IDENTITIES.get(inner["identity_type"], "default"), index=inner.get("name"))


def _options(node: Json) -> t.Action:
    items = node.get("def", {}).get("List", {}).get("items", ())
    return t.SetOptions(options=options(items))


def _drop(node: Json) -> dict[str, Any]:
    return {
        "name": node["name"],
        "if_exists": node.get("missing_ok", False),
        "cascade": node.get("behavior") == "DROP_CASCADE",
    }


_ACTIONS: dict[str, Callable[[Json], t.Action]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": lambda node: t.DropColumn(**_drop(node)),
    "AT_AlterColumnType": _set_type,
    "AT_SetNotNull": lambda node: t.SetNotNull(column=node["name"]),
    "AT_DropNotNull": lambda node: t.DropNotNull(column=node["name"]),
    "AT_ColumnDefault": lambda node: t.SetDefault(column=node.get("name", ""), default=node.get("def")),
    "AT_AddConstraint": _add_constraint,
    "AT_ValidateConstraint": lambda node: t.ValidateConstraint(name=node["name"]),
    "AT_DropConstraint": lambda node: t.DropConstraint(**_drop(node)),
    "AT_AttachPartition": _partition,
    "AT_DetachPartition": _partition,
    "AT_DetachPartitionFinalize": _partition,
    "AT_EnableRowSecurity": lambda _: t.RowSecurity(enabled=True),
    "AT_DisableRowSecurity": lambda _: t.RowSecurity(enabled=False),
    "AT_ForceRowSecurity": lambda _: t.RowSecurity(forced=True),
    "AT_NoForceRowSecurity": lambda _: t.RowSecurity(forced=False),
    "AT_EnableTrig": _trigger,
    "AT_EnableAlwaysTrig": _trigger,
    "AT_EnableReplicaTrig": _trigger,
    "AT_DisableTrig": _trigger,
    "AT_EnableTrigAll": _trigger,
    "AT_DisableTrigAll": _trigger,
    "AT_EnableTrigUser": _trigger,
    "AT_DisableTrigUser": _trigger,
    "AT_ReplicaIdentity": _replica_identity,
    "AT_SetLogged": lambda _: t.SetLogged(logged=True),
    "AT_SetUnLogged": lambda _: t.SetLogged(logged=False),
    "AT_SetTableSpace": lambda node: t.SetTablespace(tablespace=node["name"]),
    "AT_SetAccessMethod": lambda node: t.SetAccessMethod(method=node.get("name", "default")),
    "AT_AddIdentity": lambda node: t.AddIdentity(column=node["name"]),
    "AT_DropIdentity": lambda node: t.DropIdentity(column=node["name"]),
    "AT_SetRelOptions": _options,
    "AT_ResetRelOptions": lambda node: t.OtherAction(subtype=node["subtype"]),
    "AT_ChangeOwner": lambda node: t.ChangeOwner(owner=node.get("newowner", {}).get("rolename", "")),
}

LOWER: dict[str, Callable[[Json], Node]] = {
    "CreateStmt": create_table,
    "CreateForeignTableStmt": lambda node: create_table(node["base"], foreign=True),
    "CreateTableAsStmt": create_table_as,
    "AlterTableStmt": alter_table,
}
