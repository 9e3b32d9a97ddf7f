"""A constraint is added or dropped without a guard.

Why: ADD CONSTRAINT knows no IF NOT EXISTS: it fails when the constraint is there, or, without a name, adds a second
one.

Bad:

    ALTER TABLE orders ADD CONSTRAINT total_check CHECK (total >= 0) NOT VALID;

Good:

    ALTER TABLE orders DROP CONSTRAINT IF EXISTS total_check;
    ALTER TABLE orders ADD CONSTRAINT total_check CHECK (total >= 0) NOT VALID;

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddConstraint, AlterTable, DropConstraint


def check(node: AddConstraint | DropConstraint, site: Site) -> Iterator[Problem]:
    """A DROP CONSTRAINT IF EXISTS before, or a DO block that asks pg_constraint, stand a second run."""
    if site.target is None or reruns.remade(site, site.target) or reruns.is_temporary(site, site.target):
        return
    if isinstance(node, DropConstraint):
        identity = identities.on("constraint", site.target, node.name)
        there = identity in site.file.made or reruns.comes_back(site, identity)
        if not (node.if_exists or reruns.absent_ok(site) or there):
            yield from reruns.problem(site, f"DROP CONSTRAINT {node.name}", "42704", "DROP CONSTRAINT IF EXISTS …")
        return
    constraint = node.constraint
    if reruns.stands(site) or _dropped_beside(node, site):
        return
    if constraint.name is None:
        if constraint.kind == "primary":
            yield from reruns.problem(
                site, "ADD PRIMARY KEY", "42P16", "Name it, and drop it by that name first.", at=node.at
            )
            return
        effect = "adds a second constraint when the file runs again"
        what = f"ADD {constraint.kind.upper()} without a name"
        yield from reruns.problem(site, what, "", "Name it, and drop it by that name first.", at=node.at, effect=effect)
        return
    if reruns.replaced(site, identities.on("constraint", site.target, constraint.name)):
        return
    hint = f"DROP CONSTRAINT IF EXISTS {constraint.name} before it, or a DO block that asks pg_constraint."
    yield from reruns.problem(site, f"ADD CONSTRAINT {constraint.name}", "42710", hint, at=node.at)


def _dropped_beside(node: AddConstraint, site: Site) -> bool:
    """Whether the same ALTER TABLE drops it first."""
    actions = site.node.actions if isinstance(site.node, AlterTable) else ()
    return any(isinstance(other, DropConstraint) and other.name == node.constraint.name for other in actions)
