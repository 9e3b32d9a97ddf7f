"""A constraint is added NOT VALID and validated in the same transaction.

Why: The strong lock of ADD CONSTRAINT stays until the transaction ends, so the scan that NOT VALID was to take out of
it runs under that lock after all.

Bad:

    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;

Good:

    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;

Lock taken: ACCESS EXCLUSIVE on the table (SHARE ROW EXCLUSIVE for a foreign key), held through the scan.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddConstraint, AlterTable, ValidateConstraint


def check(action: ValidateConstraint, site: Site) -> Iterator[Problem]:
    """VALIDATE of a constraint that this transaction (or this statement) added."""
    table = site.table()
    if table is None or site.is_new():
        return
    constraint = table.constraints.get(action.name)
    together = isinstance(site.node, AlterTable) and any(
        isinstance(other, AddConstraint) and other.constraint.name == action.name for other in site.node.actions
    )
    if not together:
        if constraint is None or not site.in_transaction or constraint.origin.file != site.file.number:
            return
        transaction = site.transaction
        if constraint.origin.transaction != (transaction.number if transaction else 0):
            return
    yield Problem(
        f"{action.name} is added and validated in one transaction, so the lock of adding it is held while all of "
        f"{site.target} is read",
        hint="Move VALIDATE CONSTRAINT to a later migration, or to a transaction of its own.",
        object=f"table {site.target}",
    )
