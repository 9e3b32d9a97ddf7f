"""A column that must have a value loses what fills it.

Why: Clients that still run leave it out of their INSERTs, which fail from now on (23502).

Bad:

    ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';
    ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;

Good:

    ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddIdentity, AlterTable, DropIdentity, SetDefault


def check(action: SetDefault | DropIdentity, site: Site) -> Iterator[Problem]:
    """DROP DEFAULT and DROP IDENTITY of a NOT NULL column, unless the file gives it another one."""
    column = _column(action)
    table = site.table()
    if column is None or table is None or not site.is_table() or site.is_new():
        return
    known = table.columns.get(column)
    if known is None or not known.not_null or _filled_again(column, site):
        return
    yield Problem(
        f"nothing fills {column} any more, and it is NOT NULL: INSERTs of clients that leave it out fail (23502)",
        hint="Have every client set it first, and drop the default in a later release.",
        object=f"column {site.target}.{column}",
        at=action.at,
    )


def _column(action: SetDefault | DropIdentity) -> str | None:
    return None if isinstance(action, SetDefault) and action.default is not None else action.column


def _filled_again(column: str, site: Site) -> bool:
    return any(
        isinstance(item, AddIdentity) or (isinstance(item, SetDefault) and item.default is not None)
        for node in (site.node, *site.later())
        if isinstance(node, AlterTable) and site.target is not None and node.name.key == site.target.key
        for item in node.actions
        if getattr(item, "column", None) == column
    )
