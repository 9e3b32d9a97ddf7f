"""lock_timeout was set, and is off again where it is needed.

Why: Zero is not a time-out; SET LOCAL ends with its transaction, and has no effect outside one; ROLLBACK and RESET
take a SET back.

Bad:

    SET lock_timeout = 0;
    ALTER TABLE orders ADD COLUMN note text;

Good:

    SET lock_timeout = '2s';
    ALTER TABLE orders ADD COLUMN note text;

Lock taken: The statement's own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import waits
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Node


def check(node: Node, site: Site) -> Iterator[Problem]:
    """The first lock of a file on a table in use; once a file."""
    if not waits.are_endless(site) or waits.ENDLESS not in site.file.session.touched:
        return
    for lock in waits.endless(site):
        yield Problem(
            f"{lock.mode.words} on {lock.relation} is waited for without end: lock_timeout was set, but is off here",
            hint="SET lock_timeout = '2s'; before it.",
            object=f"table {lock.relation}",
        )
