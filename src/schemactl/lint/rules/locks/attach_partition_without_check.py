"""A partition is attached without a CHECK that proves its bounds.

Why: Postgres reads the whole new partition under ACCESS EXCLUSIVE on it, unless a validated CHECK says the same as
the bounds. A default partition is read as well.

Bad:

    ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

Good:

    CREATE TABLE events_2024 (at timestamptz NOT NULL);
    ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

Lock taken: SHARE UPDATE EXCLUSIVE on the parent, ACCESS EXCLUSIVE on the partition and on a default partition.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AttachPartition


def check(node: AttachPartition, site: Site) -> Iterator[Problem]:
    """ATTACH of a table that is not new and on which no valid CHECK is known."""
    table = site.table(node.partition)
    if site.is_new(node.partition) or node.default:
        return
    if table is not None and any(item.kind == "check" and item.valid for item in table.constraints.values()):
        return
    yield Problem(
        f"ATTACH PARTITION reads all of {node.partition} while nobody can use it: no CHECK proves its bounds",
        hint="Add a CHECK that says the same as the bounds, NOT VALID; VALIDATE it; attach; then drop it.",
        object=f"table {node.partition}",
    )
