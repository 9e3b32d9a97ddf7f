"""SET NOT NULL on a column of a table in use.

Why: Postgres reads the whole table to see that no value is missing, and nobody can read or write meanwhile. It skips
that when a validated CHECK says so already.

Bad:

    ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL;

Good:

    ALTER TABLE orders ADD CONSTRAINT orders_user_id_set CHECK (user_id IS NOT NULL) NOT VALID;

Lock taken: ACCESS EXCLUSIVE on the table, for the whole scan.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.expressions import conjuncts
from schemactl.sql.ddl.tables import SetNotNull


def check(action: SetNotNull, site: Site) -> Iterator[Problem]:
    """SET NOT NULL, unless a valid CHECK proves it, or the column is NOT NULL already."""
    if not site.is_table() or site.is_new():
        return
    table = site.table()
    if table is not None:
        column = table.columns.get(action.column)
        if (column is not None and column.not_null) or any(
            item.kind == "check" and item.valid and _proves(item.definition.expression, action.column)
            for item in table.constraints.values()
        ):
            return
    hint = (
        f"ADD CONSTRAINT … NOT NULL {action.column} NOT VALID, then VALIDATE CONSTRAINT in a later transaction."
        if site.version >= 18
        else f"ADD CONSTRAINT … CHECK ({action.column} IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT in a later "
        "transaction; then SET NOT NULL reads nothing, and the CHECK can go."
    )
    yield Problem(
        f"SET NOT NULL reads all of {site.target} under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile",
        hint=hint,
        object=f"column {site.target}.{action.column}",
    )


def _proves(expression: dict[str, object] | None, column: str) -> bool:
    for part in conjuncts(expression):
        test = part.get("NullTest")
        if test and test.get("nulltesttype") == "IS_NOT_NULL":
            fields = test.get("arg", {}).get("ColumnRef", {}).get("fields", ())
            if fields and fields[-1].get("String", {}).get("sval") == column:
                return True
    return False
