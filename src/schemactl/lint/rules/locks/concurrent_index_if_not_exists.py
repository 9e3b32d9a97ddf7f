"""CREATE INDEX CONCURRENTLY IF NOT EXISTS may keep an invalid index.

Why: A concurrent build that fails leaves an index that is invalid, used by no query but kept up by every write. IF
NOT EXISTS finds the name and is satisfied.

Bad:

    -- schemactl:transaction=none
    CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_id_idx ON orders (user_id);

Good:

    -- schemactl:transaction=none
    DROP INDEX CONCURRENTLY IF EXISTS orders_user_id_idx;
    CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_id_idx ON orders (user_id);

Lock taken: SHARE UPDATE EXCLUSIVE on the table.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import CreateIndex


def check(node: CreateIndex, site: Site) -> Iterator[Problem]:
    """Without a DROP INDEX of the name before it; `schemactl apply` looks for invalid leftovers itself."""
    if not (node.concurrently and node.if_not_exists and node.name) or site.settings.runner.removes_invalid:
        return
    name = Name(node.table.schema, node.name)
    if identities.of("index", name) not in site.file.dropped:
        yield Problem(
            f"a failed build leaves {name} behind, invalid: IF NOT EXISTS then takes it for the index",
            hint=f"DROP INDEX CONCURRENTLY IF EXISTS {name}; before it.",
            object=f"index {name}",
        )
