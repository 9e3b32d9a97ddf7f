"""A table is emptied.

Why: Every row is gone, without a trigger or a foreign key having a say when CASCADE is given: then the tables that
refer to it are emptied as well.

Bad:

    TRUNCATE orders;

Good:

    DELETE FROM orders WHERE created_at < '2020-01-01';

Lock taken: ACCESS EXCLUSIVE on the table.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Truncate


def check(truncate: Truncate, site: Site) -> Iterator[Problem]:
    """TRUNCATE of a table that is not new; CASCADE has a rule of its own."""
    names = [str(name) for name in truncate.tables if not site.is_new(name)]
    if names and not truncate.cascade:
        yield Problem(
            f"TRUNCATE {', '.join(names)}: every row is lost",
            hint="Delete what must go by a condition, in batches.",
            object=f"table {names[0]}",
        )
