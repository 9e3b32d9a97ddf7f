"""A table is dropped.

Why: Its rows are gone, and clients that still use it fail. What the same migration made, or made anew, is left alone.

Bad:

    DROP TABLE orders;

Good:

    ALTER TABLE orders RENAME TO orders_unused;

Lock taken: ACCESS EXCLUSIVE on the table.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop


def check(drop: Drop, site: Site) -> Iterator[Problem]:
    """DROP TABLE of a table that is not new."""
    if drop.kind != "table":
        return
    for name in drop.names:
        if not site.is_new(name):
            yield Problem(
                f"DROP TABLE {name}: its rows are lost, and clients that still use it fail",
                hint="Stop using it first, and drop it in a later release. Rename it meanwhile, to be sure.",
                object=f"table {name}",
            )
