"""A table is named without its schema.

Why: Which table is meant depends on the search_path of whoever runs the file.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY);

Good:

    CREATE TABLE public.orders (id bigint PRIMARY KEY);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateIndex
from schemactl.sql.ddl.tables import AlterTable, CreateTable


def check(node: CreateTable | AlterTable | CreateIndex, site: Site) -> Iterator[Problem]:
    """CREATE, ALTER and CREATE INDEX of permanent tables."""
    name = site.target
    if (
        name is not None
        and name.schema is None
        and not getattr(node, "temporary", False)
        and (not isinstance(node, AlterTable) or node.kind == "table")
    ):
        yield Problem(f"{name} has no schema", hint=f"public.{name}", object=f"table {name}")
