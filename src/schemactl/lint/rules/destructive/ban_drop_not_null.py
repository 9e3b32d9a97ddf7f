"""NOT NULL is dropped.

Why: Clients that were promised a value now meet NULL: typed ones fail when they read it.

Bad:

    ALTER TABLE orders ALTER COLUMN user_id DROP NOT NULL;

Good:

    ALTER TABLE orders ALTER COLUMN user_id SET DEFAULT '00000000-0000-0000-0000-000000000000';

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import DropNotNull


def check(action: DropNotNull, site: Site) -> Iterator[Problem]:
    """DROP NOT NULL on a table that is not new."""
    if site.is_table() and not site.is_new():
        yield Problem(
            f"{action.column} may now be NULL: clients that were promised a value fail when they read it",
            hint="Release clients that expect NULL first.",
            object=f"column {site.target}.{action.column}",
        )
