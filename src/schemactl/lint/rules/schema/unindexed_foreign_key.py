"""A foreign key has no index that begins with its columns.

Why: Each DELETE of a parent row, and each UPDATE of its key, reads the whole child table to look for children; so do
joins from the parent's side.

Bad:

    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));

Good:

    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));
    CREATE INDEX orders_user_id_idx ON orders (user_id);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """As the last file leaves the schema, so that an index that comes later counts; partial ones do too."""
    del node
    for table in site.schema.tables.values():
        for constraint in table.constraints.values():
            if constraint.kind != "foreign" or not constraint.columns or not table.known:
                continue
            if constraint is site.schema.inherited(table, constraint.name):
                continue
            if not any(_covers(index.keys, constraint.columns) for index in table.indexes.values()):
                listed = ", ".join(constraint.columns)
                yield Problem(
                    f"no index of {table.name} begins with {listed}: deleting a row of "
                    f"{constraint.definition.references} reads all of {table.name}",
                    hint=f"CREATE INDEX ON {table.name} ({listed});",
                    object=f"constraint {constraint.name} on {table.name}",
                    at=constraint.definition.at,
                    origin=constraint.origin,
                )


def _covers(keys: tuple[str | None, ...], columns: tuple[str, ...]) -> bool:
    """Whether an index can find rows by these columns, in whatever order they were named; the first may do."""
    return bool(keys) and keys[0] in columns
