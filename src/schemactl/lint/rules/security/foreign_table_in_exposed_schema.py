"""A foreign table stands in a schema that clients reach.

Why: Foreign tables have no row security: whoever may read it reads all of it.

Bad:

    CREATE FOREIGN TABLE invoices (id bigint) SERVER billing;

Good:

    CREATE FOREIGN TABLE private.invoices (id bigint) SERVER billing;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import CreateTable


def check(node: CreateTable, site: Site) -> Iterator[Problem]:
    """CREATE FOREIGN TABLE in an exposed schema."""
    if node.foreign and site.is_exposed(node.name):
        yield Problem(
            f"{node.name} is a foreign table, which row security cannot protect",
            hint="Put it into a schema that is not exposed, and read it through a function.",
            object=f"foreign table {node.name}",
        )
