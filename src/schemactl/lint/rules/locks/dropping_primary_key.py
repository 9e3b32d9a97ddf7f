"""A primary key is dropped.

Why: Under logical replication UPDATE and DELETE fail on a published table without a replica identity; foreign keys to
it go with CASCADE.

Bad:

    CREATE TABLE orders (id bigint CONSTRAINT orders_pkey PRIMARY KEY);
    ALTER TABLE orders DROP CONSTRAINT orders_pkey;

Good:

    ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_id_idx;

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import Action, AddColumn, AddConstraint, AlterTable, DropConstraint


def check(node: DropConstraint, site: Site) -> Iterator[Problem]:
    """A constraint known to be a primary key, or named like one, and not added again in the file."""
    table = site.table()
    plain_name = site.target.name if site.target else ""
    constraint = table.constraints.get(node.name) if table else None
    primary = constraint.kind == "primary" if constraint else bool(site.target) and node.name == f"{plain_name}_pkey"
    if primary and not _added_again(site):
        yield Problem(
            f"{site.target} loses its primary key: published, its UPDATEs and DELETEs fail from now on",
            hint="Add the new key in the same ALTER TABLE, USING INDEX, or set another REPLICA IDENTITY first.",
            object=f"table {site.target}",
        )


def _added_again(site: Site) -> bool:
    """Whether this or a later statement of the file gives the table a primary key."""
    return any(
        _is_primary(item)
        for node in (site.node, *site.later())
        if isinstance(node, AlterTable) and site.target and node.name.key == site.target.key
        for item in node.actions
    )


def _is_primary(action: Action) -> bool:
    if isinstance(action, AddColumn):
        return action.column.constraint("primary") is not None
    return isinstance(action, AddConstraint) and action.constraint.kind == "primary"
