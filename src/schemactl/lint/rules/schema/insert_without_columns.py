"""INSERT does not name its columns.

Why: It depends on their order and number: a column added meanwhile, by another branch, breaks it or shifts the
values.

Bad:

    INSERT INTO plans VALUES (1, 'free') ON CONFLICT DO NOTHING;

Good:

    INSERT INTO plans (id, name) VALUES (1, 'free') ON CONFLICT DO NOTHING;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Insert


def check(node: Insert, site: Site) -> Iterator[Problem]:
    """Into a table that is not new."""
    if not node.columns and "selectStmt" in node.node["InsertStmt"] and not site.is_new(node.table):
        yield Problem(
            f"INSERT INTO {node.table} depends on the order of its columns",
            hint=f"INSERT INTO {node.table} (…) …",
            object=f"table {node.table}",
        )
