"""A view that clients reach reads with its owner's rights.

Why: Without security_invoker (PostgreSQL 15) a view asks row security of its owner, who usually bypasses it: the view
shows every row.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE VIEW open_orders AS SELECT id FROM orders;

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE VIEW open_orders WITH (security_invoker = true) AS SELECT id FROM orders;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site
from schemactl.sql.ddl.expressions import tables


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """Views and materialized views in an exposed schema that read a table with row security."""
    del node
    for view in site.schema.tables.values():
        if view.kind not in {"view", "materialized view"} or view.security_invoker or not site.is_exposed(view.name):
            continue
        read = (site.schema.table(name) for name in tables(view.query))
        protected = next((table.name for table in read if table and table.row_security is not None), None)
        if protected is not None and not view.temporary:
            remedy = (
                f"ALTER VIEW {view.name} SET (security_invoker = true);"
                if view.kind == "view"
                else "Move it to a schema that is not exposed: a materialized view has no row security."
            )
            yield Problem(
                f"{view.name} shows every row of {protected} to whoever may read the view: row security is not asked",
                hint=remedy,
                object=f"{view.kind} {view.name}",
                origin=view.origin,
            )
