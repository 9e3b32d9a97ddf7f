"""An index of a table in use is dropped without CONCURRENTLY.

Why: DROP INDEX waits for every query on the table, and all that come later wait behind it.

Bad:

    DROP INDEX orders_user_id_idx;

Good:

    -- schemactl:transaction=none
    DROP INDEX CONCURRENTLY IF EXISTS orders_user_id_idx;

Lock taken: ACCESS EXCLUSIVE on the table. CONCURRENTLY takes SHARE UPDATE EXCLUSIVE.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop


def check(drop: Drop, site: Site) -> Iterator[Problem]:
    """DROP INDEX, unless the table is new, partitioned, or the index belongs to a constraint."""
    if drop.kind != "index" or drop.concurrently or drop.cascade:
        return
    for name in drop.names:
        index = site.schema.indexes.get(name.key)
        table = site.schema.tables.get(index.table) if index else None
        if index and (index.backs or site.made_here(index.origin)):
            continue
        if table and (site.is_new(table.name) or table.partition_by is not None):
            continue
        of = f" of {table.name}" if table else ""
        yield Problem(
            f"DROP INDEX {name} takes ACCESS EXCLUSIVE on its table{of}: it waits for every query, and all others "
            "wait behind it",
            hint=f"DROP INDEX CONCURRENTLY IF EXISTS {name};",
            object=f"index {name}",
        )
