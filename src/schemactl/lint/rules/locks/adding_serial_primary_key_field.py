"""A serial or identity column, or a primary key column, is added to a table in use.

Why: Every row gets its own number: Postgres rewrites the table and all its indexes.

Bad:

    ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;

Good:

    CREATE TABLE order_numbers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

Lock taken: ACCESS EXCLUSIVE on the table, for the whole rewrite.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddColumn


def check(action: AddColumn, site: Site) -> Iterator[Problem]:
    """ADD COLUMN of such a kind on a table that is not new."""
    column = action.column
    if not site.is_table() or site.is_new():
        return
    if not (column.is_serial or column.identity or column.constraint("primary")):
        return
    what = "a serial" if column.is_serial else "an identity" if column.identity else "a primary key"
    yield Problem(
        f"{column.name} is {what} column: all of {site.target} is rewritten under ACCESS EXCLUSIVE",
        hint="Add a plain bigint column and a sequence as its default, fill old rows in batches, then build the unique "
        "index CONCURRENTLY.",
        object=f"column {site.target}.{column.name}",
        at=action.at,
    )
