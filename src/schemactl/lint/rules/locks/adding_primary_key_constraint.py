"""A primary key is added to a table in use and builds its index.

Why: The index is built, and the columns are checked for NULL, while nobody can read or write the table.

Bad:

    ALTER TABLE orders ADD PRIMARY KEY (id);

Good:

    ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey;

Lock taken: ACCESS EXCLUSIVE on the table, for the whole build.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddConstraint


def check(action: AddConstraint, site: Site) -> Iterator[Problem]:
    """PRIMARY KEY without USING INDEX, on a table that is not new."""
    if action.constraint.kind != "primary" or action.constraint.using_index:
        return
    if not site.is_table() or site.is_new():
        return
    yield Problem(
        f"PRIMARY KEY builds its index under ACCESS EXCLUSIVE: nobody reads or writes {site.target} meanwhile",
        hint="Make the columns NOT NULL, CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, "
        "then ADD CONSTRAINT … PRIMARY KEY USING INDEX.",
        object=f"table {site.target}",
        at=action.at,
    )
