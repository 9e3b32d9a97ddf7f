"""A unique key is dropped.

Why: INSERT … ON CONFLICT that names its columns fails from now on (42P10), and what was unique need no longer be.

Bad:

    ALTER TABLE users DROP CONSTRAINT users_email_key;

Good:

    CREATE UNIQUE INDEX CONCURRENTLY users_email_once ON users (email);
    ALTER TABLE users DROP CONSTRAINT users_email_key;

Lock taken: ACCESS EXCLUSIVE on the table.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Node
from schemactl.sql.ddl.objects import CreateIndex
from schemactl.sql.ddl.tables import AddConstraint, AlterTable, DropColumn, DropConstraint


def check(action: DropConstraint, site: Site) -> Iterator[Problem]:
    """A UNIQUE constraint of a table in use, unless its columns go too, or have another unique key.

    Of a table that no file creates, it is known by the name that Postgres gives to unique constraints.
    """
    if not site.is_table() or site.is_new():
        return
    table = site.table()
    constraint = table.constraints.get(action.name) if table else None
    if constraint is None:
        if (table is None or not table.known) and action.name.endswith("_key") and not _makes_another(None, site):
            yield _problem(action.name, action, site)
        return
    if constraint.kind != "unique" or site.made_here(constraint.origin) or table is None:
        return
    columns = set(constraint.columns)
    others = (index.keys for name, index in table.indexes.items() if index.unique and name != action.name)
    if not any(set(keys) == columns for keys in others) and not _makes_another(columns, site):
        yield _problem(", ".join(constraint.columns), action, site)


def _problem(what: str, action: DropConstraint, site: Site) -> Problem:
    return Problem(
        f"{what} of {site.target} need no longer be unique, and ON CONFLICT on it fails (42P10)",
        hint="Stop using it first, and drop it in a later release; or add the key that takes its place before.",
        object=f"constraint {action.name} on {site.target}",
        at=action.at,
    )


def _makes_another(columns: set[str] | None, site: Site) -> bool:
    """Whether the file drops one of the columns, or makes another key of them; of unknown ones, any key."""
    return any(
        _is_another(item, columns)
        for node in (*site.file.nodes[: site.index], *site.later())
        for item in (node.actions if isinstance(node, AlterTable) else (node,))
        if (name := node.name if isinstance(node, AlterTable) else getattr(node, "table", None))
        and site.target is not None
        and name.key == site.target.key
    )


def _is_another(item: Node, columns: set[str] | None) -> bool:
    if isinstance(item, DropColumn):
        return columns is None or item.name in columns
    if isinstance(item, CreateIndex):
        return item.unique and (columns is None or {key.column for key in item.keys} == columns)
    if isinstance(item, AddConstraint):
        made = item.constraint.kind in {"unique", "primary"}
        return made and (columns is None or set(item.constraint.columns) == columns)
    return False
