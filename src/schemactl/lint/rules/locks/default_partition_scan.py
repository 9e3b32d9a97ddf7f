"""A partition is added beside a default partition.

Why: Postgres reads the whole default partition under ACCESS EXCLUSIVE, to see that no row of it belongs into the new
one.

Bad:

    BEGIN;
    CREATE TABLE events (at date) PARTITION BY RANGE (at);
    CREATE TABLE events_rest PARTITION OF events DEFAULT;
    COMMIT;
    BEGIN;
    CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    COMMIT;

Good:

    CREATE TABLE events (at date) PARTITION BY RANGE (at);
    CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

Lock taken: ACCESS EXCLUSIVE on the parent and the default partition.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import CreateTable


def check(node: CreateTable, site: Site) -> Iterator[Problem]:
    """PARTITION OF a table whose default partition is not new."""
    default = site.schema.default_partition(node.partition_of) if node.partition_of else None
    if default is not None and not site.is_new(default):
        yield Problem(
            f"a new partition of {node.partition_of} reads all of the default partition {default} while nobody can use it",
            hint=f"Give {default} a CHECK that excludes the new bounds, NOT VALID, and VALIDATE it first.",
            object=f"table {default}",
        )
