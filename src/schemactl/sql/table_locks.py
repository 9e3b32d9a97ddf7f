"""The locks of ALTER TABLE, and of the same statement for indexes, views and sequences.

From https://www.postgresql.org/docs/current/sql-altertable.html and AlterTableGetLockLevel in the server's source
(src/backend/commands/tablecmds.c). A statement takes the strongest lock that any of its actions needs, before the
first.
"""

from collections.abc import Iterable

from schemactl.sql.lock_modes import NO_WORK, Lock, LockMode, Locks, Work
from schemactl.sql.names import Name
from schemactl.sql.nodes import Node, relation_name, type_name
from schemactl.sql.volatility import VOLATILE, unsteady_calls

_WEAK = {
    "AT_SetStatistics": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_SetOptions": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ResetOptions": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ClusterOn": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_DropCluster": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_ValidateConstraint": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_AttachPartition": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_DetachPartitionFinalize": LockMode.SHARE_UPDATE_EXCLUSIVE,
    "AT_EnableTrig": LockMode.SHARE_ROW_EXCLUSIVE,
    "AT_EnableAlwaysTrig": LockMode.SHARE_ROW_EXCLUSIVE,
    "AT_EnableReplicaTrig": LockMode.SHARE_ROW_EXCLUSIVE,
    "AT_EnableTrigAll": LockMode.SHARE_ROW_EXCLUSIVE,
    "AT_EnableTrigUser": LockMode.SHARE_ROW_EXCLUSIVE,
    "AT_DisableTrig": LockMode.SHARE_ROW_EXCLUSIVE,
    "AT_DisableTrigAll": LockMode.SHARE_ROW_EXCLUSIVE,
    "AT_DisableTrigUser": LockMode.SHARE_ROW_EXCLUSIVE,
}
"""Actions that need less than ACCESS EXCLUSIVE."""

_LIGHT_STORAGE_PARAMETERS = frozenset(
    {
        "fillfactor",
        "toast_tuple_target",
        "parallel_workers",
        "vacuum_index_cleanup",
        "vacuum_truncate",
        "vacuum_max_eager_freeze_failure_rate",
        "log_autovacuum_min_duration",
        "deduplicate_items",
    }
)
"""Storage parameters that need SHARE UPDATE EXCLUSIVE, as autovacuum_* do (src/backend/access/common/reloptions.c)."""

_SERIALS = frozenset({"smallserial", "serial2", "serial", "serial4", "bigserial", "serial8"})
_VIRTUAL_COLUMNS_SINCE = 18


def alter_table(node: Node, major: int) -> Locks:
    """The locks on the relation itself and on the others that the actions name."""
    relation = relation_name(node["relation"])
    commands = [item["AlterTableCmd"] for item in node["cmds"]]
    index = node["objtype"] == "OBJECT_INDEX"
    sequence = node["objtype"] == "OBJECT_SEQUENCE"
    for command in commands:
        mode = _mode(command)
        if sequence and command["subtype"] != "AT_ChangeOwner":
            mode = LockMode.SHARE_ROW_EXCLUSIVE
        work = NO_WORK if node["objtype"] in _STORELESS else _work(command, major)
        yield Lock(relation, mode, work)
        yield from _others(relation, command, index=index)


_STORELESS = frozenset({"OBJECT_VIEW", "OBJECT_INDEX", "OBJECT_SEQUENCE", "OBJECT_TYPE", "OBJECT_FOREIGN_TABLE"})


def _mode(command: Node) -> LockMode:
    subtype = command["subtype"]
    match subtype:
        case "AT_AddConstraint" if _constraint(command)["contype"] == "CONSTR_FOREIGN":
            return LockMode.SHARE_ROW_EXCLUSIVE
        case "AT_DetachPartition" if command["def"]["PartitionCmd"].get("concurrent"):
            return LockMode.SHARE_UPDATE_EXCLUSIVE
        case "AT_SetRelOptions" | "AT_ResetRelOptions":
            names = (item["DefElem"]["defname"] for item in command["def"]["List"]["items"])
            light = all(name.startswith("autovacuum_") or name in _LIGHT_STORAGE_PARAMETERS for name in names)
            return LockMode.SHARE_UPDATE_EXCLUSIVE if light else LockMode.ACCESS_EXCLUSIVE
    return _WEAK.get(subtype, LockMode.ACCESS_EXCLUSIVE)


def _others(relation: Name, command: Node, *, index: bool) -> Locks:
    """Locks on relations besides the one that is altered."""
    definition = command.get("def", {})
    match command["subtype"]:
        case "AT_AddColumn":
            column = definition["ColumnDef"].get("constraints", ())
            yield from _references(relation, column, checked=_has_default(column))
        case "AT_AddConstraint":
            yield from _references(relation, [definition], checked=not _constraint(command).get("skip_validation"))
        case "AT_AttachPartition":
            child = relation_name(definition["PartitionCmd"]["name"])
            yield Lock(
                child, LockMode.ACCESS_EXCLUSIVE, NO_WORK if index else frozenset({Work.MAY_SCAN, Work.MAY_INDEX})
            )
        case "AT_DetachPartition" | "AT_DetachPartitionFinalize":
            # CONCURRENTLY waits with a lesser lock first, and ends with this one in a second transaction.
            yield Lock(relation_name(definition["PartitionCmd"]["name"]), LockMode.ACCESS_EXCLUSIVE)
        case "AT_AddInherit":
            yield Lock(relation_name(definition["RangeVar"]), LockMode.SHARE_UPDATE_EXCLUSIVE)
        case "AT_DropInherit":
            yield Lock(relation_name(definition["RangeVar"]), LockMode.ACCESS_SHARE)


def _references(relation: Name, constraints: Iterable[Node], *, checked: bool) -> Locks:
    """The tables that foreign keys refer to. Rows of a new column without a default need no check: all are null."""
    for item in constraints:
        constraint = item["Constraint"]
        if "pktable" in constraint:
            other = relation_name(constraint["pktable"])
            if other != relation:
                yield Lock(other, LockMode.SHARE_ROW_EXCLUSIVE, frozenset({Work.MAY_SCAN}) if checked else NO_WORK)


def _has_default(constraints: Iterable[Node]) -> bool:
    return any(item["Constraint"]["contype"] == "CONSTR_DEFAULT" for item in constraints)


def _work(command: Node, major: int) -> frozenset[Work]:
    """What the action does to the table's rows."""
    definition = command.get("def", {})
    match command["subtype"]:
        case "AT_AddColumn":
            return frozenset(_added_column(definition["ColumnDef"], major))
        case "AT_AddConstraint":
            return frozenset(_added_constraint(_constraint(command)))
        case "AT_AlterColumnType":
            return frozenset({Work.MAY_REWRITE})
        case "AT_SetNotNull":
            return frozenset({Work.MAY_SCAN})
        case "AT_ValidateConstraint":
            return frozenset({Work.SCAN})
        case "AT_SetLogged" | "AT_SetUnLogged" | "AT_SetAccessMethod":
            return frozenset({Work.REWRITE})
        case "AT_SetTableSpace" | "AT_SetExpression":
            return frozenset({Work.MAY_REWRITE})
    return NO_WORK


def _added_column(column: Node, major: int) -> Iterable[Work]:
    constraints = [item["Constraint"] for item in column.get("constraints", ())]
    kinds = {constraint["contype"] for constraint in constraints}
    serial = "typeName" in column and type_name(column["typeName"]).name in _SERIALS
    if serial or "CONSTR_IDENTITY" in kinds:
        yield Work.REWRITE
    for constraint in constraints:
        match constraint["contype"]:
            case "CONSTR_GENERATED":
                virtual = constraint.get("generated_kind") == "v" and major >= _VIRTUAL_COLUMNS_SINCE
                if not virtual:
                    yield Work.REWRITE
            case "CONSTR_DEFAULT":
                yield from _default(constraint.get("raw_expr"))
            case "CONSTR_FOREIGN" if "CONSTR_DEFAULT" not in kinds:
                pass
            case "CONSTR_UNIQUE" | "CONSTR_PRIMARY" | "CONSTR_CHECK" | "CONSTR_FOREIGN":
                yield from _added_constraint(constraint)
    if "CONSTR_NOTNULL" in kinds and "CONSTR_DEFAULT" not in kinds:
        yield Work.SCAN


def _default(expression: Node | None) -> Iterable[Work]:
    unsteady = {name.name for name in unsteady_calls(expression)}
    if unsteady & VOLATILE:
        yield Work.REWRITE
    elif unsteady:
        yield Work.MAY_REWRITE


def _added_constraint(constraint: Node) -> Iterable[Work]:
    if constraint.get("skip_validation") or "indexname" in constraint:
        return
    match constraint["contype"]:
        case "CONSTR_PRIMARY" | "CONSTR_UNIQUE" | "CONSTR_EXCLUSION":
            yield Work.INDEX
        case "CONSTR_CHECK" | "CONSTR_FOREIGN":
            yield Work.SCAN
        case "CONSTR_NOTNULL":
            yield Work.MAY_SCAN


def _constraint(command: Node) -> Node:
    constraint: Node = command["def"]["Constraint"]
    return constraint
