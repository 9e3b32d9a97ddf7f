"""TRUNCATE … CASCADE empties tables that it does not name.

Why: Every table with a foreign key to it is emptied too, and every table that refers to those.

Bad:

    TRUNCATE orders CASCADE;

Good:

    DELETE FROM orders WHERE created_at < '2020-01-01';

Lock taken: ACCESS EXCLUSIVE on all of them.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Truncate


def check(truncate: Truncate, site: Site) -> Iterator[Problem]:
    """CASCADE, unless all named tables are new."""
    if truncate.cascade and not all(site.is_new(name) for name in truncate.tables):
        referring = sorted(
            str(table.name)
            for table in site.schema.tables.values()
            for constraint in table.constraints.values()
            if constraint.definition.references in truncate.tables
        )
        also = f": {', '.join(dict.fromkeys(referring))}" if referring else ""
        yield Problem(
            f"TRUNCATE {truncate.tables[0]} CASCADE also empties every table that refers to it{also}",
            hint="Name every table that is to be emptied, and leave CASCADE out.",
            object=f"table {truncate.tables[0]}",
            severity=Severity.ERROR,
        )
