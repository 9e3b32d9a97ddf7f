"""A statement waits for its lock without end.

Why: While it waits behind one long query, every query that comes later waits behind it: the table stands still. With
a lock_timeout it gives up, and can be tried again.

Bad:

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
    if not waits.are_endless(site) or not (
        waits.ENDLESS not in site.file.session.touched and not site.file.sets_timeout
    ):
        return
    for lock in waits.endless(site):
        yield Problem(
            f"{lock.mode.words} on {lock.relation} is waited for without end: no lock_timeout is set",
            hint="SET lock_timeout = '2s'; before it.",
            object=f"table {lock.relation}",
        )
