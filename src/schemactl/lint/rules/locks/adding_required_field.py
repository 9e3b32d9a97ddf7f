"""A NOT NULL column without a default is added to a table that may hold rows.

Why: Rows that are there would have no value, so the statement fails on any table but an empty one; and writers that
do not know the column yet fail afterwards.

Bad:

    ALTER TABLE orders ADD COLUMN currency text NOT NULL;

Good:

    ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';

Lock taken: ACCESS EXCLUSIVE on the table, for a scan that fails at the first row.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddColumn


def check(action: AddColumn, site: Site) -> Iterator[Problem]:
    """NOT NULL with neither default, identity nor expression, on a table that is neither new nor emptied before."""
    column = action.column
    if not site.is_table() or site.is_new() or not column.constraint("not null"):
        return
    if site.target and identities.on("every row", site.target, "") in site.file.dropped:
        return
    if column.default is not None or column.identity or column.generated or column.is_serial:
        return
    yield Problem(
        f"{column.name} is NOT NULL without a default: this fails as soon as {site.target} holds a row (23502)",
        hint=f"Give {column.name} a DEFAULT, or add it nullable, fill it, and SET NOT NULL later.",
        object=f"column {site.target}.{column.name}",
        at=action.at,
    )
