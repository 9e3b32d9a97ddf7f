"""Which views, and which of their columns, can be written.

The manual: https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS; the server tells
it with pg_relation_is_updatable and pg_column_is_updatable (rewriteHandler.c, relation_is_updatable).
"""

from collections.abc import Collection, Sequence

from schemactl.codegen.model import InsteadOf, Kind, Relation, Schema
from schemactl.codegen.views import builtins
from schemactl.codegen.views.query import is_column
from schemactl.sql.names import Name
from schemactl.sql.nodes import Node, list_name, relation_name, strings, walk
from schemactl.sql.parse import parse

_ALL = frozenset({"insert", "update", "delete"})
_TABLES = (Kind.TABLE, Kind.FOREIGN_TABLE)
_SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})
_NOT_UPDATABLE = ("larg", "valuesLists", "withClause", "distinctClause", "groupClause", "havingClause", "limitCount",
                  "limitOffset")  # fmt: skip


def events(schema: Schema, view: Relation) -> frozenset[str]:
    """What can be done to a view's rows, its INSTEAD OF triggers counted in: `insert`, `update`, `delete`."""
    return _events(schema, view, None, triggers=True)


def writable_columns(schema: Schema, view: Relation) -> frozenset[str]:
    """The columns that reach a table's column, or that a trigger or rule of the view itself takes."""
    own = schema.instead_of.get(view.name, InsteadOf())
    names = frozenset(column.name for column in view.columns)
    if (own.triggers | own.rules) & {"insert", "update"}:
        return names
    needed = {"update", "delete"}
    return frozenset(name for name in names if needed <= _events(schema, view, frozenset({name}), triggers=False))


def _events(schema: Schema, relation: Relation, columns: frozenset[str] | None, *, triggers: bool) -> frozenset[str]:
    if relation.kind in _TABLES:
        return _ALL
    if relation.kind is not Kind.VIEW:
        return frozenset()
    own = schema.instead_of.get(relation.name, InsteadOf())
    found = own.rules | (own.triggers if triggers else frozenset())
    base = _base(schema, relation)
    if base is None or found == _ALL:
        return found
    beneath, targets = base
    shown = {column.name: to for column, to in zip(relation.columns, targets, strict=False) if to}
    reached = frozenset(to for name, to in shown.items() if columns is None or name in columns)
    automatic = _ALL if reached else frozenset({"delete"})
    return found | (automatic & _events(schema, beneath, reached, triggers=triggers))


def _base(schema: Schema, view: Relation) -> tuple[Relation, Sequence[str]] | None:
    """The one relation beneath an automatically updatable view, and the column of it that each column shows."""
    (statement,) = parse(view.definition).statements
    select = statement.node
    sources = select.get("fromClause", ())
    if any(part in select for part in _NOT_UPDATABLE) or len(sources) != 1 or "RangeVar" not in sources[0]:
        return None
    targets = [target["ResTarget"]["val"] for target in select.get("targetList", ())]
    if any(_makes_rows(target, schema) for target in targets):
        return None
    beneath = schema.relations.get(relation_name(sources[0]["RangeVar"]))
    if beneath is None:
        return None
    return beneath, [_column(target, sources[0]["RangeVar"], beneath) for target in targets]


def _column(target: Node, source: Node, beneath: Relation) -> str:
    if not is_column(target):
        return ""
    name = strings(target["ColumnRef"]["fields"])[-1]
    renamed = strings(source.get("alias", {}).get("colnames", ()))
    if name in renamed:
        return beneath.columns[renamed.index(name)].name
    return "" if name in _SYSTEM else name


def _makes_rows(target: Node, schema: Schema) -> bool:
    """Whether an expression aggregates, looks at other rows, or gives several."""
    return any(
        kind == "FuncCall" and _changes_rows(node, schema.aggregates, _sets(schema))
        for kind, node in walk(target, into_subqueries=False)
    )


def _changes_rows(call: Node, aggregates: Collection[str], sets: Collection[Name]) -> bool:
    name = list_name(call["funcname"])
    if "over" in call or "agg_within_group" in call or "agg_filter" in call or "agg_star" in call:
        return True
    if name.schema in (None, "pg_catalog"):
        return name.name in builtins.AGGREGATES or name.name in builtins.SETS
    return name.name in aggregates or name in sets


def _sets(schema: Schema) -> frozenset[Name]:
    return frozenset(function.name for function in schema.functions if function.returns_set)
