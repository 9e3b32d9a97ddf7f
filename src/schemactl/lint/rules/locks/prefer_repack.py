"""VACUUM FULL or CLUSTER rewrites a table while nobody can use it.

Why: The table is copied, and all its indexes are built anew. pg_repack and pg_squeeze do the same while others work.

Bad:

    VACUUM FULL orders;

Good:

    VACUUM (ANALYZE) orders;

Lock taken: ACCESS EXCLUSIVE on the table, for the whole rewrite.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Cluster, Vacuum


def check(node: Vacuum | Cluster, site: Site) -> Iterator[Problem]:
    """VACUUM FULL, and CLUSTER, of a table that is not new."""
    if isinstance(node, Vacuum) and not node.full:
        return
    names = node.tables if isinstance(node, Vacuum) else (node.table,) if node.table else ()
    if names and all(site.is_new(name) for name in names):
        return
    command = "VACUUM FULL" if isinstance(node, Vacuum) else "CLUSTER"
    what = ", ".join(map(str, names)) or "every table"
    yield Problem(
        f"{command} rewrites {what}; nobody reads or writes it meanwhile",
        hint="Plain VACUUM makes the room usable again; pg_repack gives it back while others work.",
        object=f"table {what}",
    )
