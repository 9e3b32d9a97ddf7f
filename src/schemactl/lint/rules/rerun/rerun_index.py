"""An index is created without a guard.

Why: CREATE INDEX fails when the index is there, or, without a name, builds a second one.

Bad:

    CREATE INDEX orders_user_id_idx ON orders (user_id);

Good:

    CREATE INDEX IF NOT EXISTS orders_user_id_idx ON orders (user_id);

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import CreateIndex


def check(node: CreateIndex, site: Site) -> Iterator[Problem]:
    """IF NOT EXISTS, or an earlier DROP of the index or its table, stand a second run."""
    if (
        node.if_not_exists
        or reruns.stands(site)
        or reruns.remade(site, node.table)
        or reruns.is_temporary(site, node.table)
    ):
        return
    if node.name is None:
        effect = "builds a second index when the file runs again"
        yield from reruns.problem(
            site, "CREATE INDEX without a name", "", "CREATE INDEX IF NOT EXISTS name …", effect=effect
        )
    elif not any(
        # A DROP INDEX that names no schema finds the index by the search_path, which the file does not tell.
        reruns.replaced(site, identities.of("index", Name(schema, node.name)))
        for schema in (node.table.schema, None)
    ):
        guard = "CREATE INDEX CONCURRENTLY IF NOT EXISTS" if node.concurrently else "CREATE INDEX IF NOT EXISTS"
        yield from reruns.problem(site, f"CREATE INDEX {node.name}", "42P07", f"{guard} {node.name} …")
