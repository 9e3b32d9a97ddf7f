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
from schemactl.sql.ddl.tables import DropColumn


def check(action: DropColumn, site: Site) -> Iterator[Problem]:
    """DROP COLUMN of a table that is not new."""
    if site.is_table() and not site.is_new():
        yield Problem(
            f"DROP COLUMN {action.name}: its values are lost, and clients that still name it fail",
            hint="Stop using it first, and drop it in a later release.",
            object=f"column {site.target}.{action.name}",
        )
