"""Row security is switched off.

Why: From this moment every role with a grant reads and writes all rows; the policies stay and look as if they
protected something.

Bad:

    ALTER TABLE orders DISABLE ROW LEVEL SECURITY;

Good:

    ALTER TABLE orders FORCE ROW LEVEL SECURITY;

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop
from schemactl.sql.ddl.tables import RowSecurity


def check(node: RowSecurity, site: Site) -> Iterator[Problem]:
    """DISABLE on a table that is not new, and that the file does not drop right behind it."""
    if node.enabled is False and not site.is_new() and not _goes(site):
        yield Problem(
            f"row security of {site.target} is switched off: its policies no longer protect it",
            hint="Keep it on, and give the role that needs everything a policy or BYPASSRLS.",
            object=f"table {site.target}",
        )


def _goes(site: Site) -> bool:
    return any(
        isinstance(node, Drop) and node.kind == "table" and any(site.target == name for name in node.names)
        for node in site.later()
    )
