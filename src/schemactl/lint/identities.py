"""What a statement makes and drops (a table, or the rows in it), as names that both share."""

from collections.abc import Iterator

from schemactl.lint.site import Identity, plain
from schemactl.sql.ddl import commands as c
from schemactl.sql.ddl import objects as o
from schemactl.sql.ddl import tables as t
from schemactl.sql.ddl.node import Name, Node

# Kinds that share their names with another kind.
_SAME = {
    "procedure": "function",
    "routine": "function",
    "aggregate": "function",
    "domain": "type",
    "foreign table": "table",
    "materialized view": "view",
}


def of(kind: str, name: Name) -> Identity:
    """An object that hangs on nothing."""
    return (_SAME.get(kind, kind), None, plain(name))


def on(kind: str, table: Name, name: str) -> Identity:
    """An object that hangs on a table."""
    return (kind, table.key, name)


def dropped(node: Node) -> Iterator[Identity]:
    """What the statement drops."""
    if isinstance(node, o.Drop):
        for name in node.names:
            yield on(node.kind, node.table, name.name) if node.table else of(node.kind, name)
    elif isinstance(node, c.Truncate):
        for name in node.tables:
            yield on("rows", name, "")
            yield on("every row", name, "")
    elif isinstance(node, c.Delete):
        yield on("rows", node.table, "")
        if node.where is None and not node.joined:
            yield on("every row", node.table, "")
    elif isinstance(node, t.AlterTable):
        for action in node.actions:
            if isinstance(action, t.DropConstraint):
                yield on("constraint", node.name, action.name)
            elif isinstance(action, t.DropColumn):
                yield on("column", node.name, action.name)


def made(node: Node) -> Iterator[Identity]:
    """What the statement makes."""
    match node:
        case t.CreateTable():
            yield of("table", node.name)
        case t.CreateTableAs():
            yield of("view" if node.materialized else "table", node.name)
        case o.CreateView():
            yield of("view", node.name)
        case o.CreateIndex(name=str(name)):
            yield of("index", Name(node.table.schema, name))
        case o.CreateEnum() | o.CreateType() | o.CreateDomain():
            yield of("type", node.name)
        case o.CreateSequence():
            yield of("sequence", node.name)
        case o.CreateFunction():
            yield of("function", node.name)
        case o.CreateSchema() | o.CreateRole(alter=False) | o.CreateExtension() | o.CreatePublication():
            yield of(type(node).__name__.removeprefix("Create").lower(), Name(None, node.name))
        case o.CreatePolicy():
            yield on("policy", node.table, node.name)
        case o.CreateTrigger():
            yield on("trigger", node.table, node.name)
        case t.AlterTable():
            for action in node.actions:
                if isinstance(action, t.AddColumn):
                    yield on("column", node.name, action.column.name)
                elif isinstance(action, t.AddConstraint) and action.constraint.name:
                    yield on("constraint", node.name, action.constraint.name)
