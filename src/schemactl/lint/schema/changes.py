"""What each statement does to the symbolic catalog."""

from collections.abc import Callable
from typing import Any

from schemactl.lint.schema.model import Constraint, Enum, Function, Index, Origin, Policy, Schema, Table, Trigger
from schemactl.lint.schema.renames import RELATIONS, rename, set_schema
from schemactl.sql.ddl import expressions
from schemactl.sql.ddl import objects as o
from schemactl.sql.ddl import tables as t
from schemactl.sql.ddl.node import Name, Node
from schemactl.sql.nodes import walk


def apply(schema: Schema, statement: Node, origin: Origin) -> None:
    """Change `schema` as `statement` would. What the catalog does not follow is left alone."""
    change = _CHANGES.get(type(statement))
    if change is not None:
        change(schema, statement, origin)


def _touch(schema: Schema, name: Name, origin: Origin) -> Table:
    """The table, known or not; an unknown one begins empty and is older than any statement."""
    found = schema.tables.get(name.key)
    if found is None:
        found = schema.tables[name.key] = Table(name=name, origin=Origin(-1, 0, 0), known=False)
    del origin
    return found


def _create_table(schema: Schema, statement: t.CreateTable, origin: Origin) -> None:
    if statement.if_not_exists and statement.name.key in schema.tables and schema.tables[statement.name.key].known:
        return
    table = Table(
        name=statement.name,
        origin=origin,
        known=not (statement.like or statement.inherits),
        kind="foreign table" if statement.foreign else "table",
        columns={column.name: column for column in statement.columns},
        column_origins=dict.fromkeys((column.name for column in statement.columns), origin),
        partition_by=statement.partition_by,
        temporary=statement.temporary,
    )
    schema.tables[statement.name.key] = table
    parent = schema.table(statement.partition_of) if statement.partition_of else None
    if statement.partition_of:
        table.partition_of = statement.partition_of.key
        _inherit(table, parent)
    if parent and statement.partition_default:
        parent.default_partition = statement.name
    for constraint in statement.constraints:
        _add_constraint(schema, table, constraint, origin)


def _inherit(table: Table, parent: Table | None) -> None:
    if parent is None:
        table.known = False
        return
    table.columns = {**parent.columns, **table.columns}
    table.constraints.update(parent.constraints)
    table.indexes.update(parent.indexes)


def _create_table_as(schema: Schema, statement: t.CreateTableAs, origin: Origin) -> None:
    schema.tables[statement.name.key] = Table(
        name=statement.name,
        origin=origin,
        known=False,
        kind="materialized view" if statement.materialized else "table",
        temporary=statement.temporary,
        query=statement.query,
    )


def _create_view(schema: Schema, statement: o.CreateView, origin: Origin) -> None:
    schema.tables[statement.name.key] = Table(
        name=statement.name,
        origin=origin,
        known=False,
        kind="view",
        temporary=statement.temporary,
        security_invoker=statement.security_invoker,
        query=statement.query,
    )


def default_name(table: Table, constraint: t.Constraint) -> str:
    """The name that Postgres gives a constraint without one (ChooseConstraintName, ChooseIndexName)."""
    suffix = {"primary": "pkey", "unique": "key", "foreign": "fkey", "exclusion": "excl", "not null": "not_null"}
    columns = list(constraint.columns)
    if constraint.kind == "primary":
        columns = []
    elif constraint.kind == "check":
        read = {parts[-1] for parts in expressions.columns(constraint.expression)}
        columns = list(read) if len(read) == 1 else []
    parts = [table.name.name, *columns, suffix.get(constraint.kind, "check")]
    return _numbered("_".join(parts), table)


def _numbered(base: str, table: Table) -> str:
    name, number = base, 0
    while name in table.constraints:
        number += 1
        name = f"{base}{number}"
    return name


def _add_constraint(schema: Schema, table: Table, constraint: t.Constraint, origin: Origin) -> None:
    if constraint.kind == "not null":
        return
    name = constraint.name or default_name(table, constraint)
    columns = constraint.columns
    replaced = table.indexes.pop(constraint.using_index, None) if constraint.using_index else None
    if replaced:
        schema.indexes.pop((replaced.table[0], replaced.name.name), None)
        columns = columns or tuple(key for key in replaced.keys if key)
        constraint = t.Constraint(**{**constraint.__dict__, "columns": columns})
    table.constraints[name] = Constraint(
        name=name, definition=constraint, origin=origin, valid=not constraint.not_valid and constraint.enforced
    )
    if constraint.kind in {"primary", "unique"}:
        index = Index(
            name=Name(table.name.schema, name),
            table=table.name.key,
            keys=columns,
            shape=f"btree ({', '.join(columns)})",
            origin=origin,
            unique=True,
            backs=name,
        )
        table.indexes[name] = index
        schema.indexes[index.table[0], name] = index
    if constraint.kind == "primary":
        for column in columns:
            _update_column(table, column, not_null=True)


def _update_column(table: Table, name: str, **changes: Any) -> None:
    column = table.columns.get(name)
    if column is not None:
        table.columns[name] = t.Column(**{**column.__dict__, **changes})


def _create_index(schema: Schema, statement: o.CreateIndex, origin: Origin) -> None:
    table = _touch(schema, statement.table, origin)
    columns = [key.column or "expr" for key in statement.keys]
    name = statement.name or "_".join([table.name.name, *columns, "idx"])
    if statement.if_not_exists and name in table.indexes:
        return
    index = Index(
        name=Name(statement.table.schema, name),
        table=statement.table.key,
        keys=tuple(key.column for key in statement.keys),
        shape=index_shape(statement),
        origin=origin,
        unique=statement.unique,
        partial=statement.where is not None,
        method=statement.method,
    )
    table.indexes[name] = index
    schema.indexes[index.table[0], name] = index


def index_shape(statement: o.CreateIndex) -> str:
    """All that decides what an index can answer, apart from uniqueness: method, keys with their order, predicate."""
    keys = [
        "".join(
            (
                key.column or without_places(key.expression),
                " desc" if key.descending else "",
                f" nulls {key.nulls}" if key.nulls else "",
                f" {key.opclass}" if key.opclass else "",
            )
        )
        for key in statement.keys
    ]
    include = f" include ({', '.join(statement.include)})" if statement.include else ""
    where = f" where {without_places(statement.where)}" if statement.where else ""
    return f"{statement.method} ({', '.join(keys)}){include}{where}"


def without_places(node: Any) -> str:
    """An expression as text that its spellings at different places share: nodes and their plain fields, in order."""
    parts = []
    for kind, inner in walk(node):
        fields = (
            f"{name}={value}"
            for name, value in inner.items()
            if name != "location" and not isinstance(value, dict | list)
        )
        parts.append(f"{kind}({','.join(fields)})")
    return " ".join(parts)


def _alter_table(schema: Schema, statement: t.AlterTable, origin: Origin) -> None:
    if statement.kind == "type":
        return
    table = _touch(schema, statement.name, origin)
    for action in statement.actions:
        change = _ACTIONS.get(type(action))
        if change is not None:
            change(schema, table, action, origin)
    if statement.only and statement.kind == "table":
        table.replica_origin = None  # as dumps write it, and some leave out publications


def _add_column(schema: Schema, table: Table, action: t.AddColumn, origin: Origin) -> None:
    if action.if_not_exists and action.column.name in table.columns:
        return
    table.columns[action.column.name] = action.column
    table.column_origins[action.column.name] = origin
    for constraint in action.column.constraints:
        _add_constraint(schema, table, constraint, origin)


def _drop_column(schema: Schema, table: Table, action: t.DropColumn, _origin: Origin) -> None:
    table.columns.pop(action.name, None)
    for name, constraint in list(table.constraints.items()):
        if action.name in constraint.columns:
            del table.constraints[name]
    for name, index in list(table.indexes.items()):
        if action.name in index.keys:
            del table.indexes[name]
            schema.indexes.pop((index.table[0], name), None)


def _validate(_schema: Schema, table: Table, action: t.ValidateConstraint, _origin: Origin) -> None:
    if action.name in table.constraints:
        table.constraints[action.name].valid = True


def _drop_constraint(schema: Schema, table: Table, action: t.DropConstraint, _origin: Origin) -> None:
    table.constraints.pop(action.name, None)
    index = table.indexes.get(action.name)
    if index and index.backs:
        del table.indexes[action.name]
        schema.indexes.pop((index.table[0], action.name), None)


def _row_security(_schema: Schema, table: Table, action: t.RowSecurity, origin: Origin) -> None:
    if action.enabled is not None:
        table.row_security = origin if action.enabled else None
        table.row_security_off = not action.enabled


def _replica_identity(_schema: Schema, table: Table, action: t.ReplicaIdentity, origin: Origin) -> None:
    table.replica_identity = action.kind
    table.replica_origin = origin


def _attach(schema: Schema, table: Table, action: t.AttachPartition, origin: Origin) -> None:
    _touch(schema, action.partition, origin).partition_of = table.name.key
    if action.default:
        table.default_partition = action.partition


def _detach(schema: Schema, table: Table, action: t.DetachPartition, origin: Origin) -> None:
    _touch(schema, action.partition, origin).partition_of = None
    if table.default_partition and table.default_partition.key == action.partition.key:
        table.default_partition = None


def _set_options(_schema: Schema, table: Table, action: t.SetOptions, _origin: Origin) -> None:
    from schemactl.sql.ddl.words import is_true

    if "security_invoker" in action.options:
        table.security_invoker = is_true(action.options["security_invoker"])


_ACTIONS: dict[type, Callable[..., None]] = {
    t.AddColumn: _add_column,
    t.DropColumn: _drop_column,
    t.SetType: lambda _s, table, action, _o: _update_column(table, action.column, type=action.type),
    t.SetNotNull: lambda _s, table, action, _o: _update_column(table, action.column, not_null=True),
    t.DropNotNull: lambda _s, table, action, _o: _update_column(table, action.column, not_null=False),
    t.SetDefault: lambda _s, table, action, _o: _update_column(table, action.column, default=action.default),
    t.AddConstraint: lambda schema, table, action, origin: _add_constraint(schema, table, action.constraint, origin),
    t.ValidateConstraint: _validate,
    t.DropConstraint: _drop_constraint,
    t.RowSecurity: _row_security,
    t.ReplicaIdentity: _replica_identity,
    t.AttachPartition: _attach,
    t.DetachPartition: _detach,
    t.SetOptions: _set_options,
}


def _drop(schema: Schema, statement: o.Drop, _origin: Origin) -> None:
    for name in statement.names:
        if statement.kind in RELATIONS:
            _forget_table(schema, name)
        elif statement.kind == "index":
            index = schema.indexes.pop(name.key, None)
            if index and index.table in schema.tables:
                schema.tables[index.table].indexes.pop(name.name, None)
        elif statement.kind == "schema":
            for key in [key for key in schema.tables if key[0] == name.name]:
                _forget_table(schema, schema.tables[key].name)
            schema.schemas.pop(name.name, None)
        elif statement.kind in {"function", "procedure"}:
            schema.functions.pop(name.key, None)
        elif statement.kind in {"type", "domain"}:
            schema.enums.pop(name.key, None)
            schema.domains.pop(name.key, None)
        elif statement.kind == "sequence":
            schema.sequences.pop(name.key, None)
        elif statement.table is not None and (table := schema.table(statement.table)):
            table.policies.pop(name.name, None) if statement.kind == "policy" else table.triggers.pop(name.name, None)


def _forget_table(schema: Schema, name: Name) -> None:
    table = schema.tables.pop(name.key, None)
    schema.published.pop(name.key, None)
    for index in table.indexes.values() if table else ():
        schema.indexes.pop((index.table[0], index.name.name), None)


def _create_function(schema: Schema, statement: o.CreateFunction, origin: Origin) -> None:
    function = Function(
        name=statement.name,
        language=statement.language,
        body=statement.body,
        volatility=statement.volatility,
        security_definer=statement.security_definer,
        settings=statement.settings,
        returns=statement.returns,
        arguments=statement.arguments,
        origin=origin,
    )
    others = [item for item in schema.functions.get(statement.name.key, ()) if item.arguments != statement.arguments]
    schema.functions[statement.name.key] = [*others, function]


def _alter_function(schema: Schema, statement: o.AlterFunction, _origin: Origin) -> None:
    for function in schema.functions.get(statement.name.key, ()):
        function.settings = (*function.settings, *statement.settings)
        if statement.security_definer is not None:
            function.security_definer = statement.security_definer


def _create_policy(schema: Schema, statement: o.CreatePolicy, origin: Origin) -> None:
    _touch(schema, statement.table, origin).policies[statement.name] = Policy(
        name=statement.name,
        command=statement.command,
        roles=statement.roles,
        permissive=statement.permissive,
        using=statement.using,
        check=statement.check,
        origin=origin,
    )


def _alter_policy(schema: Schema, statement: o.AlterPolicy, origin: Origin) -> None:
    policy = _touch(schema, statement.table, origin).policies.get(statement.name)
    if policy is not None:
        policy.roles = policy.roles if statement.roles is None else statement.roles
        policy.using = statement.using or policy.using
        policy.check = statement.check or policy.check


def _create_trigger(schema: Schema, statement: o.CreateTrigger, origin: Origin) -> None:
    _touch(schema, statement.table, origin).triggers[statement.name] = Trigger(
        name=statement.name,
        function=statement.function,
        before=statement.before,
        row=statement.row,
        events=statement.events,
        origin=origin,
    )


def _create_enum(schema: Schema, statement: o.CreateEnum, origin: Origin) -> None:
    if statement.name.key not in schema.enums:
        values = dict.fromkeys(statement.values, origin)
        schema.enums[statement.name.key] = Enum(name=statement.name, values=values, origin=origin)


def _alter_enum(schema: Schema, statement: o.AlterEnum, origin: Origin) -> None:
    enum = schema.enums.setdefault(statement.name.key, Enum(statement.name, {}, Origin(-1, 0, 0)))
    if statement.old is not None:
        enum.values.pop(statement.old, None)
    enum.values.setdefault(statement.value, origin)


def _create_publication(schema: Schema, statement: o.CreatePublication, origin: Origin) -> None:
    schema.publishes_all = schema.publishes_all or statement.everything
    schema.published.update((name.key, origin) for name in statement.tables)


def _alter_publication(schema: Schema, statement: o.AlterPublication, origin: Origin) -> None:
    for name in statement.tables:
        if statement.action == "drop":
            schema.published.pop(name.key, None)
        else:
            schema.published[name.key] = origin


def _comment(schema: Schema, statement: o.Comment, _origin: Origin) -> None:
    table = schema.table(statement.name) if statement.name else None
    if table is not None:
        table.comment = statement.text


def _grant(schema: Schema, statement: o.Grant, _origin: Origin) -> None:
    if not statement.grant and statement.kind in {"function", "procedure", "routine"}:
        schema.revoked.update(name.key for name in statement.objects)


_CHANGES: dict[type, Callable[..., None]] = {
    t.CreateTable: _create_table,
    t.CreateTableAs: _create_table_as,
    t.AlterTable: _alter_table,
    o.CreateView: _create_view,
    o.CreateIndex: _create_index,
    o.Drop: _drop,
    o.Rename: rename,
    o.SetSchema: set_schema,
    o.CreateFunction: _create_function,
    o.AlterFunction: _alter_function,
    o.CreatePolicy: _create_policy,
    o.AlterPolicy: _alter_policy,
    o.CreateTrigger: _create_trigger,
    o.CreateEnum: _create_enum,
    o.AlterEnum: _alter_enum,
    o.CreateDomain: lambda schema, statement, origin: schema.domains.setdefault(statement.name.key, origin),
    o.CreateSequence: lambda schema, statement, origin: schema.sequences.setdefault(statement.name.key, origin),
    o.CreateSchema: lambda schema, statement, origin: schema.schemas.setdefault(statement.name, origin),
    o.CreatePublication: _create_publication,
    o.AlterPublication: _alter_publication,
    o.Grant: _grant,
    o.Comment: _comment,
}
