"""ADD VALUE does not say where the value goes.

Why: It goes to the end, and ORDER BY follows the order of the type.

Bad:

    ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'paid';

Good:

    ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'paid' AFTER 'open';

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import AlterEnum


def check(node: AlterEnum, site: Site) -> Iterator[Problem]:
    """ADD VALUE without BEFORE or AFTER."""
    if node.old is None and not node.placed:
        yield Problem(f"'{node.value}' goes to the end", hint="BEFORE or AFTER a value.", object=f"type {node.name}")
