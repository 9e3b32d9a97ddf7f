"""Locks that a statement takes on relations that others already use."""

from collections.abc import Iterator

from schemactl.lint.session import Held
from schemactl.lint.site import Site
from schemactl.sql.ddl import commands as c
from schemactl.sql.ddl import objects as o
from schemactl.sql.ddl import tables as t
from schemactl.sql.ddl.node import Name, Node

ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
SHARE = "SHARE"
SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"

# Modes that make other sessions' SELECT or INSERT, UPDATE and DELETE wait.
BLOCKING = frozenset({ACCESS_EXCLUSIVE, "EXCLUSIVE", SHARE_ROW_EXCLUSIVE, SHARE})
_LESSER: dict[type, str] = {
    t.ValidateConstraint: SHARE_UPDATE_EXCLUSIVE,
    t.AttachPartition: SHARE_UPDATE_EXCLUSIVE,
    t.SwitchTrigger: SHARE_ROW_EXCLUSIVE,
    t.SetOptions: SHARE_UPDATE_EXCLUSIVE,
}


def taken(node: Node, site: Site) -> Iterator[Held]:
    """The locks of a statement, weakest included, on relations that are not new.

    https://www.postgresql.org/docs/current/explicit-locking.html, and the Notes of each command's page.
    """
    for name, mode in _locks(node):
        if not site.is_new(name):
            yield Held(site.index, name, mode, describe(node))


def _locks(node: Node) -> Iterator[tuple[Name, str]]:
    match node:
        case t.AlterTable(kind="table"):
            yield node.name, _strongest(node)
            for action in node.actions:
                yield from _referenced(action)
        case t.CreateTable():
            for constraint in node.constraints:
                if constraint.references:
                    yield constraint.references, SHARE_ROW_EXCLUSIVE
        case o.CreateIndex():
            yield node.table, SHARE_UPDATE_EXCLUSIVE if node.concurrently else SHARE
        case o.Drop(kind="table" | "view" | "materialized view"):
            yield from ((name, ACCESS_EXCLUSIVE) for name in node.names)
        case o.Drop(kind="policy" | "trigger" | "rule") if node.table:
            yield node.table, ACCESS_EXCLUSIVE
        case o.Rename(kind="table" | "column" | "view") if node.relation:
            yield node.relation, ACCESS_EXCLUSIVE
        case o.CreatePolicy() | o.AlterPolicy():
            yield node.table, ACCESS_EXCLUSIVE
        case o.CreateTrigger():
            yield node.table, SHARE_ROW_EXCLUSIVE
        case c.Truncate():
            yield from ((name, ACCESS_EXCLUSIVE) for name in node.tables)
        case c.Lock():
            yield from ((name, node.mode) for name in node.tables)
        case c.Refresh():
            yield node.name, "EXCLUSIVE" if node.concurrently else ACCESS_EXCLUSIVE
        case c.Cluster() if node.table:
            yield node.table, ACCESS_EXCLUSIVE
        case c.Vacuum(full=True):
            yield from ((name, ACCESS_EXCLUSIVE) for name in node.tables)


def _strongest(node: t.AlterTable) -> str:
    order = [SHARE_UPDATE_EXCLUSIVE, SHARE_ROW_EXCLUSIVE, ACCESS_EXCLUSIVE]
    modes = [_mode(action) for action in node.actions]
    return max(modes, key=order.index, default=ACCESS_EXCLUSIVE)


def _mode(action: t.Action) -> str:
    if isinstance(action, t.AddConstraint) and action.constraint.kind == "foreign":
        return SHARE_ROW_EXCLUSIVE
    if isinstance(action, t.DetachPartition) and action.concurrently:
        return SHARE_UPDATE_EXCLUSIVE
    if isinstance(action, t.OtherAction) and action.subtype in {"AT_SetStatistics", "AT_ClusterOn", "AT_DropCluster"}:
        return SHARE_UPDATE_EXCLUSIVE
    return _LESSER.get(type(action), ACCESS_EXCLUSIVE)


def _referenced(action: t.Action) -> Iterator[tuple[Name, str]]:
    constraints: tuple[t.Constraint, ...] = ()
    if isinstance(action, t.AddConstraint):
        constraints = (action.constraint,)
    elif isinstance(action, t.AddColumn):
        constraints = action.column.constraints
    for constraint in constraints:
        if constraint.references:
            yield constraint.references, SHARE_ROW_EXCLUSIVE


def describe(node: Node) -> str:
    """The command in words."""
    names: dict[type, str] = {
        t.AlterTable: "ALTER TABLE",
        t.CreateTable: "a foreign key",
        o.CreateIndex: "CREATE INDEX",
        o.CreatePolicy: "CREATE POLICY",
        o.AlterPolicy: "ALTER POLICY",
        o.CreateTrigger: "CREATE TRIGGER",
        o.Rename: "RENAME",
        c.Truncate: "TRUNCATE",
        c.Lock: "LOCK TABLE",
        c.Refresh: "REFRESH MATERIALIZED VIEW",
        c.Cluster: "CLUSTER",
        c.Vacuum: "VACUUM FULL",
    }
    if isinstance(node, o.Drop):
        return f"DROP {node.kind.upper()}"
    return names.get(type(node), "this statement")
