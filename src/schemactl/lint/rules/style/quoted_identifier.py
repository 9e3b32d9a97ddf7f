"""A table or column name needs quotes.

Why: Everybody must quote it for ever, and who forgets gets `does not exist`.

Bad:

    CREATE TABLE "Orders" (id bigint PRIMARY KEY);

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import CreateTable
from schemactl.sql.names import quoted


def check(node: CreateTable, site: Site) -> Iterator[Problem]:
    """Capital letters or reserved words; once a table."""
    names = [node.name.name, *(column.name for column in node.columns)]
    odd = next((name for name in names if quoted(name) != name), None)
    if odd is not None:
        yield Problem(
            f"{quoted(odd)} needs quotes wherever it is used", hint="Small letters and _.", object=f"table {node.name}"
        )
