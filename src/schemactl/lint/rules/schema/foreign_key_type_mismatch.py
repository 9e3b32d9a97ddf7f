"""A foreign key has another type than the key it refers to.

Why: A smaller type runs out before the parent's does, and the index of the parent may not serve the check.

Bad:

    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id integer UNIQUE REFERENCES users (id));

Good:

    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint UNIQUE REFERENCES users (id));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site
from schemactl.sql.ddl.words import spoken


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """Both types known, and not the same but for lengths; serial counts as the integer that it is."""
    del node
    for table in site.schema.tables.values():
        for constraint in table.constraints.values():
            parent = site.schema.table(constraint.definition.references) if constraint.definition.references else None
            if parent is None or not parent.known:
                continue
            primary = parent.primary
            keys = constraint.definition.referenced_columns or (primary.columns if primary else ())
            for child_name, parent_name in zip(constraint.columns, keys, strict=False):
                child, key = table.columns.get(child_name), parent.columns.get(parent_name)
                if child is None or key is None or child.type is None or key.type is None:
                    continue
                if _TYPES.get(child.type.name, child.type.name) != _TYPES.get(key.type.name, key.type.name):
                    yield Problem(
                        f"{table.name}.{child.name} is {spoken(child.type)}, but {parent.name}.{key.name} is {spoken(key.type)}",
                        hint="Give both the same type.",
                        object=f"column {table.name}.{child.name}",
                        at=child.at,
                        origin=table.column_origins.get(child.name, table.origin),
                    )


_TYPES = {
    "serial": "int4",
    "serial4": "int4",
    "bigserial": "int8",
    "serial8": "int8",
    "smallserial": "int2",
    "serial2": "int2",
    "varchar": "text",
    "bpchar": "text",
}
