"""A column is added or dropped without a guard.

Why: ADD COLUMN fails when the column is there, DROP COLUMN when it is not.

Bad:

    ALTER TABLE orders ADD COLUMN note text;

Good:

    ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddColumn, DropColumn


def check(node: AddColumn | DropColumn, site: Site) -> Iterator[Problem]:
    """IF [NOT] EXISTS, or a DROP COLUMN of the same name before, stand a second run."""
    if site.target is None or reruns.remade(site, site.target) or reruns.is_temporary(site, site.target):
        return
    if isinstance(node, AddColumn):
        column = identities.on("column", site.target, node.column.name)
        if node.if_not_exists or reruns.stands(site) or reruns.replaced(site, column):
            return
        what, state, guard = f"ADD COLUMN {node.column.name}", "42701", "ADD COLUMN IF NOT EXISTS"
    else:
        column = identities.on("column", site.target, node.name)
        if node.if_exists or reruns.absent_ok(site) or reruns.leaves_with_table(site):
            return
        if column in site.file.made or reruns.comes_back(site, column):
            return
        what, state, guard = f"DROP COLUMN {node.name}", "42703", "DROP COLUMN IF EXISTS"
    yield from reruns.problem(site, what, state, f"{guard} …", at=node.at)
