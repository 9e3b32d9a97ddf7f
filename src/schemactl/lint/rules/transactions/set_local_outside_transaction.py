"""SET LOCAL outside a transaction.

Why: It only warns and has no effect.

Bad:

    -- schemactl:transaction=none
    SET LOCAL lock_timeout = '2s';

Good:

    BEGIN;
    SET LOCAL lock_timeout = '2s';
    COMMIT;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import SetVariable


def check(node: SetVariable, site: Site) -> Iterator[Problem]:
    """Where neither the file nor the runner has begun a transaction."""
    if node.local and not site.in_transaction:
        yield Problem(
            f"SET LOCAL {node.name} has no effect outside a transaction",
            hint="SET without LOCAL, and RESET it at the end.",
            object=node.name,
        )
