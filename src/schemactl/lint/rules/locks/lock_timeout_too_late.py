"""lock_timeout is set behind the statement that needs it.

Why: What came before it has waited without end already.

Bad:

    ALTER TABLE orders ADD COLUMN note text;
    SET lock_timeout = '2s';

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
    if not waits.are_endless(site) or not (waits.ENDLESS not in site.file.session.touched and site.file.sets_timeout):
        return
    for lock in waits.endless(site):
        yield Problem(
            f"{lock.mode.words} on {lock.relation} is waited for without end: lock_timeout is set only later in the file",
            hint="SET lock_timeout = '2s'; before it.",
            object=f"table {lock.relation}",
        )
