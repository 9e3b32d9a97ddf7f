"""A table or view is renamed.

Why: Clients that still run use the old name and fail from this moment on.

Bad:

    ALTER TABLE orders RENAME TO purchases;

Good:

    CREATE VIEW purchases AS SELECT * FROM orders;

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Rename

_KINDS = frozenset({"table", "view", "materialized view", "foreign table"})


def check(rename: Rename, site: Site) -> Iterator[Problem]:
    """RENAME of a relation that is not new, unless the same migration made what now takes its place."""
    if rename.kind not in _KINDS or not rename.relation or site.is_new(rename.relation):
        return
    yield Problem(
        f"{rename.relation} becomes {rename.new}: clients that still use the old name fail at once",
        hint=f"Afterwards, in the same transaction: CREATE VIEW {rename.relation} AS SELECT * FROM {rename.new};",
        object=f"{rename.kind} {rename.relation}",
    )
