"""A column is serial instead of an identity column.

Why: serial makes a sequence with rights and an owner of its own, and takes any value that a client sends.

Bad:

    CREATE TABLE orders (id bigserial PRIMARY KEY);

Good:

    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import Column


def check(node: Column, site: Site) -> Iterator[Problem]:
    """Every new column."""
    if node.type is not None and node.is_serial:
        yield Problem(
            f"{node.name} is serial",
            hint="bigint GENERATED ALWAYS AS IDENTITY",
            object=f"column {node.name}",
            at=node.at,
        )
