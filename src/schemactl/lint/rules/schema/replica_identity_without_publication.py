"""REPLICA IDENTITY FULL on a table that is in no publication.

Why: Nothing is delivered: realtime and other subscribers read publications. Once it is added, every change writes the
whole old row to the log.

Bad:

    CREATE TABLE generations (id bigint PRIMARY KEY);
    ALTER TABLE generations REPLICA IDENTITY FULL;

Good:

    CREATE TABLE generations (id bigint PRIMARY KEY);
    ALTER TABLE generations REPLICA IDENTITY FULL;
    ALTER PUBLICATION supabase_realtime ADD TABLE generations;

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """As the last file leaves it; a publication of all tables counts."""
    del node
    for key, table in site.schema.tables.items():
        origin = table.replica_origin
        if (
            table.replica_identity == "full"
            and origin
            and key not in site.schema.published
            and not site.schema.publishes_all
        ):
            yield Problem(
                f"{table.name} has REPLICA IDENTITY FULL but is in no publication: nothing is delivered",
                hint=f"ALTER PUBLICATION … ADD TABLE {table.name}; or leave the replica identity as it was.",
                object=f"table {table.name}",
                origin=origin,
            )
