"""An index is built on a table in use without CONCURRENTLY.

Why: CREATE INDEX reads the whole table and lets nobody write to it until it is done: minutes on a large one.

Bad:

    CREATE INDEX orders_user_id_idx ON orders (user_id);

Good:

    -- schemactl:transaction=none
    DROP INDEX CONCURRENTLY IF EXISTS orders_user_id_idx;
    CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_id_idx ON orders (user_id);

Lock taken: SHARE on the table, for the whole build. CONCURRENTLY takes SHARE UPDATE EXCLUSIVE.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateIndex


def check(index: CreateIndex, site: Site) -> Iterator[Problem]:
    """Every plain build on a table that is not new."""
    if index.concurrently or site.is_new():
        return
    table = site.table()
    if table is not None and table.partition_by is not None:
        hint = (
            f"CREATE INDEX … ON ONLY {index.table}, then build the index CONCURRENTLY on each partition and attach it "
            "with ALTER INDEX … ATTACH PARTITION."
        )
        if index.only:
            return
    else:
        hint = "CREATE INDEX CONCURRENTLY."
        if site.transaction is not None:
            hint += f" It cannot run in a transaction: {site.settings.runner.advice}"
    yield Problem(
        f"{index.name or 'the index'} is built under SHARE: nobody can write to {index.table} until it is done",
        hint=hint,
        object=f"table {index.table}",
    )
