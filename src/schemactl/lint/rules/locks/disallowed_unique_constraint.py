"""A UNIQUE constraint is added to a table in use and builds its index.

Why: The index is built while nobody can read or write the table. Built CONCURRENTLY beforehand, it only has to be
adopted.

Bad:

    ALTER TABLE orders ADD CONSTRAINT orders_token_key UNIQUE (token);

Good:

    ALTER TABLE orders ADD CONSTRAINT orders_token_key UNIQUE USING INDEX orders_token_key;

Lock taken: ACCESS EXCLUSIVE on the table, for the whole build.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddColumn, AddConstraint


def check(action: AddConstraint | AddColumn, site: Site) -> Iterator[Problem]:
    """UNIQUE without USING INDEX, on a table that is not new."""
    if not site.is_table() or site.is_new():
        return
    if isinstance(action, AddColumn):
        constraint = action.column.constraint("unique")
    else:
        constraint = action.constraint if action.constraint.kind == "unique" else None
    if constraint is None or constraint.using_index:
        return
    yield Problem(
        f"UNIQUE builds its index under ACCESS EXCLUSIVE: nobody reads or writes {site.target} meanwhile",
        hint="CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD CONSTRAINT … UNIQUE USING INDEX.",
        object=f"table {site.target}",
        at=constraint.at,
    )
