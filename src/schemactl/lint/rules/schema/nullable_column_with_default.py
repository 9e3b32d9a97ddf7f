"""A column has a default but takes NULL.

Why: The default says that there is always a value; an explicit NULL says otherwise, and typed clients meet it.

Bad:

    CREATE TABLE songs (id bigint PRIMARY KEY, selected boolean DEFAULT false);

Good:

    CREATE TABLE songs (id bigint PRIMARY KEY, selected boolean NOT NULL DEFAULT false);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.expressions import is_null
from schemactl.sql.ddl.tables import CreateTable


def check(node: CreateTable, site: Site) -> Iterator[Problem]:
    """Columns of a new table whose default is not NULL; one finding a table."""
    open_ones = [column for column in node.columns if column.default and not column.not_null and not column.generated]
    open_ones = [column for column in open_ones if not is_null(column.default)]
    if open_ones and not node.temporary:
        names = ", ".join(column.name for column in open_ones)
        yield Problem(
            f"{names} of {node.name} {'has a default but takes' if len(open_ones) == 1 else 'have defaults but take'} NULL",
            hint="NOT NULL beside DEFAULT.",
            object=f"table {node.name}",
            at=open_ones[0].at,
        )
