"""A column is integer where bigint would last.

Why: A key that counts runs out at 2147483647, and changing it then rewrites the table.

Bad:

    CREATE TABLE orders (id integer PRIMARY KEY);

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import Column


def check(node: Column, site: Site) -> Iterator[Problem]:
    """Every new column."""
    if node.type is not None and node.type.name in {"int4", "serial", "serial4"}:
        yield Problem(f"{node.name} runs out at 2147483647", hint="bigint", object=f"column {node.name}", at=node.at)
