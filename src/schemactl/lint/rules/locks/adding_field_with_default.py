"""A column is added with a default that differs from row to row.

Why: A constant default is stored once. A volatile one (`gen_random_uuid()`, `clock_timestamp()`) must be computed for
every row: Postgres rewrites the table and all its indexes.

Bad:

    ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();

Good:

    ALTER TABLE orders ADD COLUMN token uuid;
    ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();

Lock taken: ACCESS EXCLUSIVE on the table, for the whole rewrite.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.lint.volatility import volatile_call
from schemactl.sql.ddl.tables import AddColumn


def check(action: AddColumn, site: Site) -> Iterator[Problem]:
    """A default that calls a volatile function, on a table that is not new."""
    column = action.column
    if not site.is_table() or site.is_new() or column.generated or column.default is None:
        return
    function = volatile_call(column.default, site)
    if function is not None:
        yield Problem(
            f"the default of {column.name} calls {function}(), which is volatile: all of {site.target} is rewritten "
            "under ACCESS EXCLUSIVE",
            hint="Add the column without a default, SET DEFAULT for rows to come, and fill the old ones in batches.",
            object=f"column {site.target}.{column.name}",
            at=action.at,
        )
