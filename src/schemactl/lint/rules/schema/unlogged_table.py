"""An unlogged table is emptied by a crash.

Why: Its rows are neither replicated nor kept when the server goes down unexpectedly.

Bad:

    CREATE UNLOGGED TABLE cache (key text PRIMARY KEY);

Good:

    CREATE TABLE cache (key text PRIMARY KEY);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import CreateTable


def check(node: CreateTable, site: Site) -> Iterator[Problem]:
    """CREATE UNLOGGED TABLE."""
    if node.unlogged:
        yield Problem(
            f"{node.name} is UNLOGGED: a crash empties it, and replicas never see its rows",
            hint="Leave UNLOGGED out unless the rows can be made anew.",
            object=f"table {node.name}",
        )
