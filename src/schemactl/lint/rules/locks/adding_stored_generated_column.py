"""A stored generated column is added to a table in use.

Why: Its value must be computed for every row: Postgres rewrites the table and all its indexes. A VIRTUAL one
(PostgreSQL 18) is computed when it is read and costs nothing here.

Bad:

    ALTER TABLE orders ADD COLUMN total_cents bigint GENERATED ALWAYS AS (total * 100) STORED;

Good:

    ALTER TABLE orders ADD COLUMN total_cents bigint;

Lock taken: ACCESS EXCLUSIVE on the table, for the whole rewrite.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddColumn


def check(action: AddColumn, site: Site) -> Iterator[Problem]:
    """GENERATED … STORED on a table that is not new."""
    if action.column.generated != "stored" or not site.is_table() or site.is_new():
        return
    yield Problem(
        f"{action.column.name} is GENERATED … STORED: all of {site.target} is rewritten under ACCESS EXCLUSIVE",
        hint="Make it VIRTUAL (PostgreSQL 18), compute it in a view, or add a plain column with a trigger and fill it "
        "in batches.",
        object=f"column {site.target}.{action.column.name}",
        at=action.at,
    )
