"""A column is varchar(n) instead of text.

Why: Both are stored alike; a longer limit needs ACCESS EXCLUSIVE, a CHECK does not.

Bad:

    CREATE TABLE orders (note varchar(200));

Good:

    CREATE TABLE orders (note text CHECK (length(note) <= 200));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import Column


def check(node: Column, site: Site) -> Iterator[Problem]:
    """Every new column."""
    if node.type is not None and node.type.name == "varchar" and bool(node.type.modifiers):
        yield Problem(
            f"{node.name} is varchar with a limit",
            hint="text with a CHECK on its length",
            object=f"column {node.name}",
            at=node.at,
        )
