"""An index repeats another one.

Why: It answers no query that the other does not, and every write keeps both up. PRIMARY KEY and UNIQUE have an index
of their own.

Bad:

    CREATE TABLE songs (id bigint PRIMARY KEY, token uuid UNIQUE);
    CREATE INDEX songs_token_idx ON songs (token);

Good:

    CREATE TABLE songs (id bigint PRIMARY KEY, token uuid UNIQUE);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.schema.changes import index_shape
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateIndex
from schemactl.sql.ddl.tables import Constraint


def check(node: CreateIndex | Constraint, site: Site) -> Iterator[Problem]:
    """The same method, keys, order, operator classes and predicate as an index that is there and that is at least as strict."""
    table = site.table()
    if table is None:
        return
    if isinstance(node, CreateIndex):
        shape, name, unique = index_shape(node), node.name or "this index", node.unique
        if node.if_not_exists and node.name in table.indexes:
            return
        twins = [index for index in table.indexes.values() if index.shape == shape and (index.unique or not unique)]
        at = -1
    else:
        if node.kind not in {"unique", "primary"} or node.using_index:
            return
        shape, name = (
            f"btree ({', '.join(node.columns)})",
            node.name or f"{node.kind.upper()} ({', '.join(node.columns)})",
        )
        twins = [
            index for index in table.indexes.values() if index.shape == shape and index.backs not in {None, node.name}
        ]
        at = node.at
    if twins:
        other = twins[0]
        owner = f"the index of the constraint {other.backs}" if other.backs else other.name.name
        yield Problem(
            f"{name} repeats {owner} on {table.name}",
            hint="Leave it out.",
            object=f"index {name} on {table.name}",
            at=at,
        )
