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
from schemactl.lint.schema.model import Index
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateIndex, Drop
from schemactl.sql.ddl.tables import AlterTable, Constraint, CreateTable, DropConstraint


def check(node: CreateIndex | Constraint, site: Site) -> Iterator[Problem]:
    """The same method, keys, order, operator classes and predicate as an index that is at least as strict, and stays."""
    if isinstance(node, CreateIndex):
        name, owner = node.name or "this index", _twin_of_index(node, site)
    else:
        name = node.name or f"{node.kind.upper()} ({', '.join(node.columns)})"
        owner = _twin_of_key(node, site) if node.kind in {"unique", "primary"} and not node.using_index else None
    if owner is not None:
        yield Problem(
            f"{name} repeats {owner} on {site.target}",
            hint="Leave it out.",
            object=f"index {name} on {site.target}",
            at=-1 if isinstance(node, CreateIndex) else node.at,
        )


def _twin_of_index(node: CreateIndex, site: Site) -> str | None:
    table = site.table()
    if table is None or (node.name in table.indexes):
        return None
    shape = index_shape(node)
    twins = (index for index in table.indexes.values() if index.shape == shape and (index.unique or not node.unique))
    twin = next((index for index in twins if not _goes(index, site)), None)
    if twin is None:
        return None
    return f"the index of the constraint {twin.backs}" if twin.backs else twin.name.name


def _twin_of_key(node: Constraint, site: Site) -> str | None:
    """A key of the same columns: before it in the same CREATE TABLE, or on the table that is altered."""
    if isinstance(site.node, CreateTable):
        keys = [key for key in site.node.constraints if key.kind in {"unique", "primary"}]
        before = keys[: next((place for place, key in enumerate(keys) if key is node), 0)]
        same = next((key for key in before if key.columns == node.columns), None)
        return f"the index of the {same.kind} key" if same else None
    table = site.table()
    for index in table.indexes.values() if table else ():
        if index.backs not in {None, node.name} and index.keys == node.columns and not _goes(index, site):
            return f"the index of the constraint {index.backs}"
    return None


def _goes(index: Index, site: Site) -> bool:
    """Whether this or a later statement of the file drops the index, or the constraint that owns it."""
    for node in (site.node, *site.later()):
        if isinstance(node, AlterTable) and site.target is not None and node.name.key == site.target.key:
            if any(isinstance(item, DropConstraint) and item.name == index.backs for item in node.actions):
                return True
        elif (
            isinstance(node, Drop) and node.kind == "index" and any(name.name == index.name.name for name in node.names)
        ):
            return True
    return False
