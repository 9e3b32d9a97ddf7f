"""A column is renamed.

Why: Clients that still run use the old name and fail from this moment on.

Bad:

    ALTER TABLE orders RENAME COLUMN note TO remark;

Good:

    ALTER TABLE orders ADD COLUMN remark text;

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Rename


def check(rename: Rename, site: Site) -> Iterator[Problem]:
    """RENAME COLUMN of a relation and of a column that are not new."""
    if rename.kind != "column" or rename.relation is None or site.is_new(rename.relation):
        return
    if identities.on("column", rename.relation, rename.old) not in site.file.made:
        yield Problem(
            f"{rename.old} becomes {rename.new}: clients that still use the old name fail at once",
            hint="Add the new column, write both, move readers over, then drop the old one; or put a view in between.",
            object=f"column {rename.relation}.{rename.old}",
        )
