"""The values that a CHECK constraint leaves a column: `status IN ('a', 'b')`."""

from collections.abc import Iterator

from schemactl.codegen.model import Column, Relation, Schema
from schemactl.sql.names import Name
from schemactl.sql.nodes import Node, list_name, strings
from schemactl.sql.parse import parse


class Literals:
    """The values of columns and domains; each relation's constraints are read once."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._known: dict[Name, dict[str, tuple[str, ...]]] = {}

    def ordered(self, relation: Relation, column: Column) -> tuple[str, ...] | None:
        """The values in the order of the constraint; None where no constraint lists them."""
        found = self._of(relation.name).get(column.name)
        if found is None and not column.type.array and column.type.name in self._schema.domains:
            found = self._of(column.type.name).get("value")
        return found

    def of(self, relation: Relation, column: Column) -> frozenset[str] | None:
        """The values, whatever their order."""
        found = self.ordered(relation, column)
        return None if found is None else frozenset(found)

    def _of(self, name: Name) -> dict[str, tuple[str, ...]]:
        if name not in self._known:
            self._known[name] = dict(self._read(self._schema.checks.get(name, ())))
        return self._known[name]

    def _read(self, definitions: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for definition in definitions:
            (statement,) = parse(f"alter table t add {definition}").statements
            constraint = statement.node["cmds"][0]["AlterTableCmd"]["def"]["Constraint"]
            yield from _listed(constraint["raw_expr"])


def _listed(condition: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Column and values of `x = ANY (ARRAY['a', 'b'])`, as the server writes IN, and of `x = 'a'`.

    Also of those that AND joins, and of `x IS NULL OR …`, which says nothing else of the values.
    """
    ((kind, node),) = condition.items()
    if kind == "BoolExpr" and node["boolop"] == "AND_EXPR":
        for argument in node["args"]:
            yield from _listed(argument)
    elif kind == "BoolExpr" and node["boolop"] == "OR_EXPR":
        rest = [argument for argument in node["args"] if "NullTest" not in argument]
        nulls = [argument["NullTest"] for argument in node["args"] if "NullTest" in argument]
        for column, values in _listed(rest[0]) if len(rest) == 1 else ():
            if all(test["nulltesttype"] == "IS_NULL" and _column(test["arg"]) == column for test in nulls):
                yield column, values
    elif kind == "A_Expr" and node["kind"] in ("AEXPR_OP_ANY", "AEXPR_OP") and list_name(node["name"]).name == "=":
        name = _column(node["lexpr"])
        values = _values(_uncast(node["rexpr"]))
        if name and values:
            yield name, values


def _column(node: Node) -> str:
    """The column that an expression is; empty where it is none."""
    plain = _uncast(node)
    return strings(plain["ColumnRef"]["fields"])[-1] if "ColumnRef" in plain else ""


def _values(node: Node) -> tuple[str, ...]:
    elements = node["A_ArrayExpr"]["elements"] if "A_ArrayExpr" in node else [node]
    constants = [_uncast(element).get("A_Const", {}) for element in elements]
    if not all("sval" in constant for constant in constants):
        return ()
    return tuple(constant["sval"].get("sval", "") for constant in constants)


def _uncast(node: Node) -> Node:
    while "TypeCast" in node:
        node = node["TypeCast"]["arg"]
    return node
