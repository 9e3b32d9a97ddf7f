"""A database is dropped.

Why: Nothing is left of it, and no migration can be about another database than its own.

Bad:

    DROP DATABASE shop;

Good:

    DROP SCHEMA IF EXISTS old_shop;

Lock taken: The database itself: nobody may be connected.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop


def check(drop: Drop, site: Site) -> Iterator[Problem]:
    """Always."""
    del site
    if drop.kind == "database":
        yield Problem(
            f"DROP DATABASE {drop.names[0]} in a migration",
            hint="Do it by hand, with a backup at hand.",
            object=f"database {drop.names[0]}",
        )
