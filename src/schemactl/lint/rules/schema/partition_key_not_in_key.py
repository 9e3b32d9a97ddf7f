"""A key of a partitioned table lacks the partition key.

Why: Postgres refuses it (0A000): it could not keep the key unique over all partitions.

Bad:

    CREATE TABLE events (id bigint PRIMARY KEY, at date) PARTITION BY RANGE (at);

Good:

    CREATE TABLE events (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import CreateTable


def check(node: CreateTable, site: Site) -> Iterator[Problem]:
    """PRIMARY KEY or UNIQUE without all columns of PARTITION BY."""
    if not node.partition_by:
        return
    for constraint in node.constraints:
        missing = [name for name in node.partition_by if name and name not in constraint.columns]
        if constraint.kind in {"primary", "unique"} and missing:
            yield Problem(
                f"{constraint.kind.upper()} of {node.name} must include {', '.join(missing)}, by which it is partitioned (0A000)",
                hint=f"Add {', '.join(missing)} to the key.",
                object=f"table {node.name}",
                at=constraint.at,
            )
