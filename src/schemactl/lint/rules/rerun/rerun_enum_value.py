"""A value is added to an enumerated type without a guard, or renamed.

Why: ADD VALUE fails when the value is there; RENAME VALUE when the old one is gone.

Bad:

    ALTER TYPE order_status ADD VALUE 'paid';

Good:

    ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'paid';

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import AlterEnum


def check(node: AlterEnum, site: Site) -> Iterator[Problem]:
    """ADD VALUE IF NOT EXISTS stands a second run; RENAME VALUE needs a DO block."""
    if node.if_not_exists or reruns.stands(site) or reruns.replaced(site, identities.of("type", node.name)):
        return
    if node.old is None:
        yield from reruns.problem(site, f"ADD VALUE '{node.value}'", "42710", f"ADD VALUE IF NOT EXISTS '{node.value}'")
    else:
        hint = "A DO block that asks pg_enum for the old value first."
        yield from reruns.problem(site, f"RENAME VALUE '{node.old}'", "22023", hint)
