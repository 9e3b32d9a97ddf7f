"""A schema is dropped.

Why: With CASCADE everything in it is gone.

Bad:

    DROP SCHEMA billing CASCADE;

Good:

    DROP TABLE IF EXISTS billing.old_invoices;

Lock taken: ACCESS EXCLUSIVE on every relation in it.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop


def check(drop: Drop, site: Site) -> Iterator[Problem]:
    """DROP SCHEMA … CASCADE of a schema that this migration did not make; without CASCADE it must be empty."""
    if drop.kind != "schema" or not drop.cascade:
        return
    for name in drop.names:
        made = site.schema.schemas.get(name.name)
        if made is None or not site.made_here(made):
            yield Problem(
                f"DROP SCHEMA {name} CASCADE: everything in it is lost",
                hint="Drop by name what is no longer used, then the empty schema.",
                object=f"schema {name}",
            )
