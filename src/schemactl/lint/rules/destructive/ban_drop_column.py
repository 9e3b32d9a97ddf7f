"""A column is dropped.

Why: Its values are gone, and clients that still name it fail; so do prepared statements that select *.

Bad:

    ALTER TABLE orders DROP COLUMN note;

Good:

    ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;

Lock taken: ACCESS EXCLUSIVE on the table, for a moment: only the catalog changes.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Rename
from schemactl.sql.ddl.tables import DropColumn


def check(action: DropColumn, site: Site) -> Iterator[Problem]:
    """DROP COLUMN of a table that is not new, unless another column takes its name right behind it."""
    if site.is_table() and not site.is_new() and not _is_replaced(action, site):
        yield Problem(
            f"DROP COLUMN {action.name}: its values are lost, and clients that still name it fail",
            hint="Stop using it first, and drop it in a later release.",
            object=f"column {site.target}.{action.name}",
        )


def _is_replaced(action: DropColumn, site: Site) -> bool:
    return any(
        isinstance(node, Rename)
        and node.kind == "column"
        and node.new == action.name
        and node.relation is not None
        and site.target is not None
        and node.relation.key == site.target.key
        for node in site.later()
    )
