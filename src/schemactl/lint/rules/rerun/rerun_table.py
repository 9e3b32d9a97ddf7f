"""A table is created without a guard.

Why: CREATE TABLE fails when the table is there: after a crash, on a restored copy, or when two branches bring the
same file.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY);

Good:

    CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import CreateTable, CreateTableAs


def check(node: CreateTable | CreateTableAs, site: Site) -> Iterator[Problem]:
    """IF NOT EXISTS, an earlier DROP of the same name, or a temporary table stand a second run."""
    if node.if_not_exists or node.temporary or reruns.stands(site):
        return
    if reruns.replaced(site, identities.of("table", node.name)) or reruns.replaced(
        site, identities.of("view", node.name)
    ):
        return
    kind = "MATERIALIZED VIEW" if isinstance(node, CreateTableAs) and node.materialized else "TABLE"
    yield from reruns.problem(site, f"CREATE {kind} {node.name}", "42P07", f"CREATE {kind} IF NOT EXISTS {node.name} …")
