"""A value of an enumerated type is renamed.

Why: Clients that still write or compare the old word fail from this moment on.

Bad:

    ALTER TYPE order_status RENAME VALUE 'done' TO 'complete';

Good:

    ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'complete';

Lock taken: None on tables.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import AlterEnum


def check(change: AlterEnum, site: Site) -> Iterator[Problem]:
    """RENAME VALUE of a type that is not new."""
    enum = site.schema.enums.get(change.name.key)
    if change.old is None or (enum is not None and site.made_here(enum.origin)):
        return
    yield Problem(
        f"'{change.old}' becomes '{change.value}': clients that still use the old word fail at once",
        hint="Add the new value, move writers, then readers, then rows.",
        object=f"type {change.name}",
    )
