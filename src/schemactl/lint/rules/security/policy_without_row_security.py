"""A table has policies but row security is off.

Why: Policies do nothing until ENABLE ROW LEVEL SECURITY: the table looks protected and is not.

Bad:

    CREATE TABLE orders (id bigint);
    CREATE POLICY big ON orders TO staff USING (id > 1000);

Good:

    CREATE TABLE orders (id bigint);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY big ON orders TO staff USING (id > 1000);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """Tables of the files with policies and without ENABLE, unless the rule on exposed schemas says so already."""
    del node
    for table in site.schema.tables.values():
        if not table.policies or table.row_security is not None or not table.known:
            continue
        if site.is_exposed(table.name) and table.kind == "table" and table.partition_of is None:
            continue
        policy = next(iter(table.policies.values()))
        yield Problem(
            f"{table.name} has policies, but row security is off: they do nothing",
            hint=f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY;",
            object=f"table {table.name}",
            origin=policy.origin,
        )
