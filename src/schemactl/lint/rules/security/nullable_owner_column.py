"""The column that decides who sees a row may be NULL.

Why: A row without an owner belongs to nobody: `user_id = auth.uid()` is never true for it, and no client sees it
again.

Bad:

    CREATE TABLE orders (id bigint, user_id uuid);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders TO authenticated USING (user_id = (SELECT auth.uid()));

Good:

    CREATE TABLE orders (id bigint, user_id uuid NOT NULL);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders TO authenticated USING (user_id = (SELECT auth.uid()));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site
from schemactl.sql import identity
from schemactl.sql.ddl.expressions import disjuncts


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """A nullable column that a policy compares with auth.uid(), unless another way leads to its rows."""
    del node
    for table in site.schema.tables.values():
        for policy in table.policies.values():
            condition = policy.using or policy.check
            if condition is None or any(True for _ in list(disjuncts(condition))[1:]):
                continue
            name = next(identity.owner_columns(condition), None)
            column = table.columns.get(name) if name else None
            if column is not None and not column.not_null:
                yield Problem(
                    f"{table.name}.{column.name} decides who sees a row and may be NULL: such a row belongs to nobody",
                    hint=f"Make {column.name} NOT NULL.",
                    object=f"column {table.name}.{column.name}",
                    at=column.at,
                    origin=table.column_origins.get(column.name, table.origin),
                )
                break
