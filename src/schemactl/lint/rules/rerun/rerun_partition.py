"""A partition is attached or detached without a guard.

Why: ATTACH fails when it is attached, DETACH when it is not.

Bad:

    ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

Good:

    DO $$ BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = 'events_2024'::regclass) THEN
        ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      END IF;
    END $$;

Lock taken: SHARE UPDATE EXCLUSIVE on the parent to attach, ACCESS EXCLUSIVE to detach.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AttachPartition, DetachPartition


def check(node: AttachPartition | DetachPartition, site: Site) -> Iterator[Problem]:
    """A DO block that asks pg_inherits stands a second run."""
    if site.guard or "others" in site.caught or not site.file.asks_again or reruns.remade(site, node.partition):
        return
    what = "ATTACH" if isinstance(node, AttachPartition) else "DETACH"
    state = "42809" if isinstance(node, AttachPartition) else "42P01"
    hint = "A DO block that asks pg_inherits first."
    yield from reruns.problem(site, f"{what} PARTITION {node.partition}", state, hint)
