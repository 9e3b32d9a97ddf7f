"""A CHECK constraint is added to a table in use without NOT VALID.

Why: Postgres reads the whole table to check every row, and nobody can read or write meanwhile. With NOT VALID it only
notes the constraint, and VALIDATE CONSTRAINT later checks the rows while others work.

Bad:

    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);

Good:

    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;

Lock taken: ACCESS EXCLUSIVE on the table, for the whole scan. VALIDATE CONSTRAINT takes SHARE UPDATE EXCLUSIVE.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddColumn, AddConstraint


def check(action: AddConstraint | AddColumn, site: Site) -> Iterator[Problem]:
    """A CHECK of its own, and one that comes with a new column: both read every row."""
    if not site.is_table() or site.is_new():
        return
    if isinstance(action, AddColumn):
        constraint = action.column.constraint("check")
        hint = "Add the column first, then the CHECK … NOT VALID, then VALIDATE CONSTRAINT in a later migration."
    else:
        constraint = action.constraint if action.constraint.kind == "check" else None
        hint = "Add it NOT VALID, and VALIDATE CONSTRAINT in a later transaction."
    if constraint is None or constraint.not_valid or not constraint.enforced:
        return
    name = f" {constraint.name}" if constraint.name else ""
    yield Problem(
        f"CHECK{name} reads all of {site.target} under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile",
        hint=hint,
        object=f"table {site.target}",
        at=constraint.at,
    )
