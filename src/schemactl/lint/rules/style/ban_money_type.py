"""A column is money.

Why: Its currency and its digits depend on a setting of the server.

Bad:

    CREATE TABLE orders (total money);

Good:

    CREATE TABLE orders (total numeric(12, 2));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import Column


def check(node: Column, site: Site) -> Iterator[Problem]:
    """Every new column."""
    if node.type is not None and node.type.name == "money":
        yield Problem(
            f"{node.name} is money, whose currency is a server setting",
            hint="numeric, and a column for the currency",
            object=f"column {node.name}",
            at=node.at,
        )
