"""A materialized view is refreshed without CONCURRENTLY.

Why: Nobody can read it until the query has run.

Bad:

    REFRESH MATERIALIZED VIEW totals;

Good:

    REFRESH MATERIALIZED VIEW CONCURRENTLY totals;

Lock taken: ACCESS EXCLUSIVE on the view; EXCLUSIVE with CONCURRENTLY.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Refresh


def check(node: Refresh, site: Site) -> Iterator[Problem]:
    """REFRESH … WITH DATA of a view that is not new."""
    if not node.concurrently and node.with_data and not site.is_new(node.name):
        yield Problem(
            f"nobody can read {node.name} while it is refreshed",
            hint="REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index on whole columns.",
            object=f"materialized view {node.name}",
        )
