"""A foreign key is added to a table in use without NOT VALID.

Why: Postgres looks up every row's parent while nobody can write to either table.

Bad:

    ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id);

Good:

    ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;

Lock taken: SHARE ROW EXCLUSIVE on both tables, for the whole check. VALIDATE CONSTRAINT takes SHARE UPDATE EXCLUSIVE
on the table and ROW SHARE on the one it refers to.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddColumn, AddConstraint


def check(action: AddConstraint | AddColumn, site: Site) -> Iterator[Problem]:
    """A key of its own, or one with a new column that has a default: without one there is nothing to check."""
    if not site.is_table() or site.is_new():
        return
    if isinstance(action, AddColumn):
        constraint = action.column.constraint("foreign") if action.column.default else None
    else:
        constraint = action.constraint if action.constraint.kind == "foreign" else None
    if constraint is None or constraint.not_valid or not constraint.enforced:
        return
    table = site.table()
    if table is not None and table.partition_by is not None and site.version < 18:
        return
    if isinstance(action, AddConstraint) and _column_is_new(site, constraint.columns):
        return
    yield Problem(
        f"the foreign key to {constraint.references} checks all of {site.target} under SHARE ROW EXCLUSIVE on "
        "both tables: nobody writes to either meanwhile",
        hint="Add it NOT VALID, and VALIDATE CONSTRAINT in a later transaction.",
        object=f"table {site.target}",
        at=constraint.at,
    )


def _column_is_new(site: Site, columns: tuple[str, ...]) -> bool:
    """A column that the same statement adds without a default holds no value that could lack a parent."""
    from schemactl.sql.ddl.tables import AlterTable

    if not isinstance(site.node, AlterTable):
        return False
    added = {item.column.name for item in site.node.actions if isinstance(item, AddColumn) and not item.column.default}
    return bool(columns) and added.issuperset(columns)
