"""Rows are changed while the transaction holds ACCESS EXCLUSIVE.

Why: The lock of an earlier ALTER TABLE stays until the transaction ends. While the rows are being written nobody
reads or writes the locked table.

Bad:

    ALTER TABLE orders ADD COLUMN total_cents bigint;
    UPDATE orders SET total_cents = total * 100 WHERE total_cents IS NULL;

Good:

    ALTER TABLE orders ADD COLUMN total_cents bigint;

Lock taken: ACCESS EXCLUSIVE, held from the earlier statement on.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import held
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Delete, Insert, Update


def check(node: Update | Delete | Insert, site: Site) -> Iterator[Problem]:
    """A change of rows of a table that is not new, behind a statement that locked one."""
    if node.table.schema == "pg_catalog" or node.table.name.startswith("pg_"):
        return
    lock = held.strongest(site)
    if lock is None or site.is_new(node.table) or lock.statement == site.index:
        return
    if isinstance(node, Insert) and "valuesLists" in node.node["InsertStmt"].get("selectStmt", {}).get(
        "SelectStmt", {}
    ):
        return
    verb = type(node).__name__.upper()
    yield Problem(
        f"{verb} of {node.table} runs while statement {lock.statement} keeps everybody out of {lock.relation}",
        hint="Move it to a migration of its own, in batches, each in a transaction of its own.",
        object=f"table {node.table}",
    )
