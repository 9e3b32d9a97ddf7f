"""A status column takes any text.

Why: The values that the code knows stand nowhere in the database: a typing error is stored, and no query finds the
row again.

Bad:

    CREATE TABLE jobs (id bigint PRIMARY KEY, status text NOT NULL DEFAULT 'pending');

Good:

    CREATE TABLE jobs (
      id bigint PRIMARY KEY,
      status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done'))
    );

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site
from schemactl.sql.ddl.expressions import columns
from schemactl.sql.ddl.tables import Constraint
from schemactl.sql.ddl.words import constant


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """A text column called status or state with a text default, and neither CHECK nor foreign key, as the last file leaves it."""
    del node
    for table in site.schema.tables.values():
        for column in table.columns.values() if table.kind == "table" and table.partition_of is None else ():
            if column.type is None or column.type.name not in {"text", "varchar", "bpchar"} or column.type.array:
                continue
            if not column.name.lower().endswith(("status", "state")) or not isinstance(constant(column.default), str):
                continue
            held_to = (item for item in table.constraints.values() if item.kind in {"check", "foreign"})
            if any(column.name in item.columns or _reads(item.definition, column.name) for item in held_to):
                continue
            yield Problem(
                f"{table.name}.{column.name} takes any text: no CHECK says which values there are",
                hint=f"CHECK ({column.name} IN ('…')); on a table in use NOT VALID, then VALIDATE.",
                object=f"column {table.name}.{column.name}",
                at=column.at,
                origin=table.column_origins.get(column.name, table.origin),
            )


def _reads(constraint: Constraint, column: str) -> bool:
    return any(parts[-1] == column for parts in columns(constraint.expression))
