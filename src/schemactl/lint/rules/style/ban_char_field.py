"""A column is char(n).

Why: It is padded with blanks, which comparisons ignore and length() does not.

Bad:

    CREATE TABLE orders (code char(3));

Good:

    CREATE TABLE orders (code text);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import Column


def check(node: Column, site: Site) -> Iterator[Problem]:
    """Every new column."""
    if node.type is not None and node.type.name == "bpchar":
        yield Problem(f"{node.name} is char, padded with blanks", hint="text", object=f"column {node.name}", at=node.at)
