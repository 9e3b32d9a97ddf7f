"""LOCK TABLE keeps others out for the rest of the transaction.

Why: Whatever comes behind it in the transaction runs under that lock.

Bad:

    LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;

Good:

    LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;

Lock taken: The one it names; ACCESS EXCLUSIVE without a name.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Lock
from schemactl.sql.lock_modes import LockMode


def check(node: Lock, site: Site) -> Iterator[Problem]:
    """SHARE or stronger on a table that is not new."""
    blocked = [name for name in node.tables if not site.is_new(name)]
    if blocked and LockMode.from_words(node.mode).blocks_writes:
        yield Problem(
            f"LOCK TABLE keeps {'everybody out of' if node.mode == 'ACCESS EXCLUSIVE' else 'writers out of'} {blocked[0]} "
            "until the transaction ends",
            hint="Take the weakest mode that will do, as late as possible.",
            object=f"table {blocked[0]}",
        )
