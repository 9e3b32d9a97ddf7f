"""A view or materialized view is dropped.

Why: Clients that still run read it, and fail at once.

Bad:

    DROP VIEW open_orders;

Good:

    CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders WHERE closed_at IS NULL;

Lock taken: ACCESS EXCLUSIVE on the view.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop


def check(drop: Drop, site: Site) -> Iterator[Problem]:
    """DROP of a view that is neither new nor made again by the file."""
    if drop.kind not in {"view", "materialized view"}:
        return
    for name in drop.names:
        if not site.is_new(name) and not any(
            reruns.comes_back(site, identities.of(kind, name)) for kind in ("view", "table")
        ):
            yield Problem(
                f"DROP VIEW {name}: clients that still read it fail",
                hint="Stop reading it first, and drop it in a later release.",
                object=f"view {name}",
            )
