"""A column has type json.

Why: json keeps the text as it came and parses it at each use; it has no equality, so DISTINCT, GROUP BY and UNION on
it fail.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY, data json);

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY, data jsonb);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import Column


def check(node: Column, site: Site) -> Iterator[Problem]:
    """Every new column of type json."""
    if node.type is not None and node.type.name == "json":
        yield Problem(
            f"{node.name} is json, which has no equality", hint="jsonb.", object=f"column {node.name}", at=node.at
        )
