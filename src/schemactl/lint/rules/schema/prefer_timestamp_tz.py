"""A column has type timestamp without a zone.

Why: It does not say which moment is meant: clients in different zones read different ones.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY, at timestamp);

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY, at timestamptz);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import Column


def check(node: Column, site: Site) -> Iterator[Problem]:
    """Every new column of type timestamp."""
    if node.type is not None and node.type.name == "timestamp":
        yield Problem(f"{node.name} has no time zone", hint="timestamptz.", object=f"column {node.name}", at=node.at)
