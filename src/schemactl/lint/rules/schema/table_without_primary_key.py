"""A table has no primary key.

Why: No row can be named: logical replication cannot UPDATE or DELETE it, and duplicates cannot be told apart.

Bad:

    CREATE TABLE events (at timestamptz, what text);

Good:

    CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, what text);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """Tables of the files as the last one leaves them; partitions and inheriting tables follow their parents."""
    del node
    for table in site.schema.tables.values():
        if (
            table.known
            and table.kind == "table"
            and not table.temporary
            and table.partition_of is None
            and not table.primary
        ):
            yield Problem(
                f"{table.name} has no primary key",
                hint="Name the columns that make a row unique, or add an identity column.",
                object=f"table {table.name}",
                origin=table.origin,
            )
