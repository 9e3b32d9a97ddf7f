"""CREATE INDEX CONCURRENTLY on a partitioned table.

Why: Postgres refuses it (0A000).

Bad:

    CREATE TABLE events (at date) PARTITION BY RANGE (at);
    CREATE INDEX CONCURRENTLY events_at_idx ON events (at);

Good:

    CREATE INDEX events_at_idx ON ONLY events (at);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateIndex


def check(node: CreateIndex, site: Site) -> Iterator[Problem]:
    """On a table that an earlier statement made partitioned."""
    table = site.table()
    if node.concurrently and table is not None and table.partition_by is not None:
        yield Problem(
            f"CREATE INDEX CONCURRENTLY fails on {node.table}: it is partitioned (0A000)",
            hint=f"CREATE INDEX … ON ONLY {node.table}, CREATE INDEX CONCURRENTLY on each partition, then attach each.",
            object=f"table {node.table}",
        )
