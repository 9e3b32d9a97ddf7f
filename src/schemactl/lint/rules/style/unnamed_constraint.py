"""A constraint is added without a name.

Why: The name that Postgres makes up may differ between databases; a later migration cannot drop it by name.

Bad:

    ALTER TABLE orders ADD CHECK (total >= 0) NOT VALID;

Good:

    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddConstraint


def check(node: AddConstraint, site: Site) -> Iterator[Problem]:
    """ADD without CONSTRAINT name."""
    if node.constraint.name is None and not node.constraint.using_index:
        yield Problem(
            "the constraint has no name", hint="ADD CONSTRAINT name …", object=f"table {site.target}", at=node.at
        )
