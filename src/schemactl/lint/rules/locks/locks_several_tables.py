"""One transaction locks several tables against everybody.

Why: Each waits for the others' queries while it keeps the ones it has, and two such transactions, or one and a client
that takes the tables in another order, deadlock.

Bad:

    ALTER TABLE orders ADD COLUMN a int;
    ALTER TABLE users ADD COLUMN b int;
    ALTER TABLE songs ADD COLUMN c int;

Good:

    ALTER TABLE orders ADD COLUMN a int;

Lock taken: ACCESS EXCLUSIVE on each, until the transaction ends.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import held
from schemactl.lint.problem import Problem
from schemactl.lint.schema.model import Origin
from schemactl.lint.session import Held
from schemactl.lint.site import FileEnd, Site
from schemactl.sql.lock_modes import LockMode


def check(node: FileEnd, site: Site) -> Iterator[Problem]:
    """Three or more tables that are not new, under ACCESS EXCLUSIVE in one transaction; once a file."""
    del node
    for transaction in site.file.closed:
        if len(transaction.locks) + len(transaction.unread) < 3:
            continue
        first: dict[tuple[str, str], Held] = {}
        for lock in held.held(site, transaction):
            if lock.mode is LockMode.ACCESS_EXCLUSIVE:
                first.setdefault(lock.relation.key, lock)
        if len(first) >= 3:
            locks = list(first.values())
            names = ", ".join(str(lock.relation) for lock in locks)
            origin = Origin(site.file.number, locks[2].statement, transaction.number)
            yield Problem(
                f"one transaction takes ACCESS EXCLUSIVE on {len(locks)} tables: {names}",
                hint="Give each table a migration of its own.",
                object=f"table {locks[2].relation}",
                origin=origin,
            )
            return
