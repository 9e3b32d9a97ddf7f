"""Row security is on, and no policy lets anybody in.

Why: Nobody but the owner and roles that bypass row security sees a row. That may be meant: a queue, a ledger.

Bad:

    CREATE TABLE orders (id bigint);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;

Good:

    CREATE TABLE orders (id bigint, user_id uuid);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders TO authenticated USING (user_id = (SELECT auth.uid()));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """Tables as the last file leaves them, unless a comment on the table says what it is for."""
    del node
    for table in site.schema.tables.values():
        if table.row_security is not None and not table.policies and table.known and not table.comment:
            yield Problem(
                f"{table.name} has row security and no policy: only its owner and roles that bypass it see rows",
                hint="Add a policy, or say in a comment on the table that this is meant.",
                object=f"table {table.name}",
                origin=table.row_security,
            )
