"""A table that clients reach has no row security.

Why: Through the API every client with a key reads, and with default grants writes, all its rows.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY);

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """Tables of the files, in an exposed schema, as the last file leaves them."""
    del node
    for table in site.schema.tables.values():
        if not (table.known or table.origin.file >= 0) or table.kind != "table" or table.temporary:
            continue
        if table.row_security is None and table.partition_of is None and site.is_exposed(table.name):
            yield Problem(
                f"{table.name} has no row security: every client of the API reaches all its rows",
                hint=f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY; and a policy for who may see what.",
                object=f"table {table.name}",
                origin=table.origin,
            )
