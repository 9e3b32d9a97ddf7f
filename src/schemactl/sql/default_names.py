"""The names that Postgres gives to indexes and constraints which are written without one.

From ChooseIndexName, ChooseConstraintName and makeObjectName in the server's source (src/backend/commands/indexcmds.c,
src/backend/catalog/pg_constraint.c); a number that it appends to a name already taken cannot be known from the text.
"""

from collections.abc import Iterable

from schemactl.sql.names import MAX_IDENTIFIER_BYTES
from schemactl.sql.nodes import Node, list_name, relation_name, strings, walk

_LABELS = {"CONSTR_UNIQUE": "key", "CONSTR_EXCLUSION": "excl", "CONSTR_FOREIGN": "fkey"}


def index_name(index: Node) -> str:
    """The name of an IndexStmt, given or made: `orders_user_id_idx`."""
    given: str | None = index.get("idxname")
    columns = _element_names(index["indexParams"])
    return given or object_name(relation_name(index["relation"]).name, "_".join(columns), "idx")


def constraint_name(table: str, constraint: Node, column: str | None = None) -> str | None:
    """The name of a table's Constraint, given or made: `orders_pkey`, `orders_user_id_fkey`, `orders_amount_check`.

    `column` is set for a constraint written at a column. None for what is no constraint in pg_constraint.
    """
    if "conname" in constraint:
        given: str = constraint["conname"]
        return given
    match constraint["contype"]:
        case "CONSTR_PRIMARY":
            return object_name(table, "", "pkey")
        case "CONSTR_CHECK":
            columns = _columns(constraint.get("raw_expr"))
            return object_name(table, columns[0] if len(columns) == 1 else "", "check")
        case "CONSTR_UNIQUE":
            columns = strings(constraint.get("keys", ()))
        case "CONSTR_FOREIGN":
            columns = strings(constraint.get("fk_attrs", ()))
        case "CONSTR_EXCLUSION":
            columns = _element_names([item["List"]["items"][0] for item in constraint["exclusions"]])
        case _:
            return None
    if not columns and column:
        columns = [column]
    return object_name(table, "_".join(columns), _LABELS[constraint["contype"]]) if columns else None


def object_name(table: str, addition: str, label: str) -> str:
    """Table, addition and label joined by underscores; the longer of the first two is cut until 63 bytes hold them."""
    room = MAX_IDENTIFIER_BYTES - len(label) - 1 - (1 if addition else 0)
    first, second = len(table.encode()), len(addition.encode())
    while first + second > room:
        if first > second:
            first -= 1
        else:
            second -= 1
    parts = [_cut(table, first), _cut(addition, second), label]
    return "_".join(part for part in parts if part)


def _cut(text: str, length: int) -> str:
    return text.encode()[:length].decode("utf-8", "ignore")


def _element_names(elements: Iterable[Node]) -> list[str]:
    """Distinct names for the elements of an index, as its attributes get them."""
    names: list[str] = []
    for element in elements:
        item = element["IndexElem"]
        base = item.get("name") or _expression_name(item["expr"]) or "expr"
        name, number = base, 0
        while name in names:
            number += 1
            name = f"{base}{number}"
        names.append(name)
    return names


def _expression_name(expression: Node) -> str | None:
    """FigureColname, as far as index expressions go."""
    ((kind, node),) = expression.items()
    match kind:
        case "ColumnRef":
            return list_name(node["fields"]).name
        case "FuncCall":
            return list_name(node["funcname"]).name
        case "TypeCast":
            return _expression_name(node["arg"]) or list_name(node["typeName"]["names"]).name
        case "CollateClause":
            return _expression_name(node["arg"])
        case "CoalesceExpr":
            return "coalesce"
    return None


def _columns(expression: Node | None) -> list[str]:
    found = (strings(node["fields"])[-1] for kind, node in walk(expression) if kind == "ColumnRef")
    return list(dict.fromkeys(found))
