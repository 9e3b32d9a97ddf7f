"""An index is dropped that belongs to a constraint.

Why: Postgres refuses it (2BP01).

Bad:

    CREATE TABLE orders (id bigint, token uuid CONSTRAINT orders_token_key UNIQUE);
    DROP INDEX orders_token_key;

Good:

    CREATE TABLE orders (id bigint, token uuid CONSTRAINT orders_token_key UNIQUE);
    ALTER TABLE orders DROP CONSTRAINT orders_token_key;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop


def check(node: Drop, site: Site) -> Iterator[Problem]:
    """DROP INDEX of an index that an earlier statement made for a key."""
    if node.kind != "index" or node.cascade or site.guard:
        return
    for name in node.names:
        index = site.schema.indexes.get(name.key)
        if index is not None and index.backs:
            table = site.schema.tables[index.table].name
            yield Problem(
                f"DROP INDEX {name} fails: it belongs to a constraint of {table} (2BP01)",
                hint=f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {index.backs};",
                object=f"index {name}",
            )
