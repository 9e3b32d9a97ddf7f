"""A partition is detached without CONCURRENTLY.

Why: DETACH PARTITION stops all reading and writing of the whole partitioned table while it waits for its lock.

Bad:

    ALTER TABLE events DETACH PARTITION events_2023;

Good:

    -- schemactl:transaction=none
    ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;

Lock taken: ACCESS EXCLUSIVE on the parent and the partition. CONCURRENTLY takes SHARE UPDATE EXCLUSIVE on the parent.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import DetachPartition


def check(action: DetachPartition, site: Site) -> Iterator[Problem]:
    """DETACH PARTITION, unless a default partition forbids CONCURRENTLY."""
    if action.concurrently or action.finalize or site.is_new():
        return
    if site.target and site.schema.default_partition(site.target):
        return
    yield Problem(
        f"DETACH PARTITION {action.partition} takes ACCESS EXCLUSIVE on {site.target}: nobody reads or writes it "
        "meanwhile",
        hint=f"ALTER TABLE {site.target} DETACH PARTITION {action.partition} CONCURRENTLY; outside a transaction.",
        object=f"table {site.target}",
    )
