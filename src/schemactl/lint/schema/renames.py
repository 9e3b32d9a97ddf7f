"""What renaming and moving does to the symbolic catalog."""

from typing import Any

from schemactl.lint.schema.model import Origin, Schema, Table
from schemactl.sql.ddl import objects as o
from schemactl.sql.ddl import tables as t
from schemactl.sql.ddl.node import Name

RELATIONS = frozenset({"table", "view", "materialized view", "foreign table"})


def rename(schema: Schema, statement: o.Rename, _origin: Origin) -> None:
    """Follow RENAME of a relation, an index, or a part of a table."""
    if statement.relation is None:
        return
    if statement.kind in RELATIONS:
        _move(schema, statement.relation, Name(statement.relation.schema, statement.new))
        return
    if statement.kind == "index":
        _rename_index(schema, statement.relation, statement.new)
        return
    table = schema.table(statement.relation)
    if table is None:
        return
    if statement.kind == "column":
        _rename_column(table, statement.old, statement.new)
        return
    if statement.kind == "constraint" and statement.old in table.indexes:
        _rename_index(schema, Name(table.name.key[0], statement.old), statement.new)
        return
    _move_key(table.constraints if statement.kind == "constraint" else {}, statement)
    _move_key(table.policies if statement.kind == "policy" else {}, statement)
    _move_key(table.triggers if statement.kind == "trigger" else {}, statement)


def _move_key(items: dict[str, Any], statement: o.Rename) -> None:
    if statement.old in items:
        items[statement.new] = items.pop(statement.old)


def _rename_index(schema: Schema, name: Name, new: str) -> None:
    index = schema.indexes.pop(name.key, None)
    if index is None:
        return
    table = schema.tables.get(index.table)
    if table and name.name in table.indexes:
        table.indexes[new] = table.indexes.pop(name.name)
    if table and index.backs in table.constraints:
        # The index of a constraint and the constraint have one name: RenameRelationInternal, tablecmds.c.
        table.constraints[new] = table.constraints.pop(index.backs)
        index.backs = new
    index.name = Name(index.name.schema, new)
    schema.indexes[index.table[0], new] = index


def _rename_column(table: Table, old: str, new: str) -> None:
    column = table.columns.pop(old, None)
    if column is not None:
        table.columns[new] = t.Column(**{**column.__dict__, "name": new})
        if old in table.column_origins:
            table.column_origins[new] = table.column_origins.pop(old)
    for constraint in table.constraints.values():
        if old in constraint.columns:
            columns = tuple(new if name == old else name for name in constraint.columns)
            constraint.definition = t.Constraint(**{**constraint.definition.__dict__, "columns": columns})
    for index in table.indexes.values():
        index.keys = tuple(new if name == old else name for name in index.keys)


def _move(schema: Schema, old: Name, new: Name) -> None:
    table = schema.tables.pop(old.key, None)
    if table is None:
        return
    table.name = new
    schema.tables[new.key] = table
    for index in table.indexes.values():
        schema.indexes.pop((index.table[0], index.name.name), None)
        index.table = new.key
        schema.indexes[new.key[0], index.name.name] = index
    if old.key in schema.published:
        schema.published[new.key] = schema.published.pop(old.key)


def set_schema(schema: Schema, statement: o.SetSchema, _origin: Origin) -> None:
    """Follow SET SCHEMA of a relation."""
    if statement.kind in RELATIONS:
        _move(schema, statement.name, Name(statement.schema, statement.name.name))
