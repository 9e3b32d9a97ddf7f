"""UPDATE or DELETE of every row of a table in use.

Why: Each row is locked until the statement ends, the table and its indexes grow by a second version of every row, and
replicas fall behind. A condition that always holds (`WHERE true`) is none.

Bad:

    UPDATE orders SET total = 0;

Good:

    UPDATE orders SET total = 0 WHERE id BETWEEN 1 AND 10000;

Lock taken: ROW EXCLUSIVE on the table and a lock on every row.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import held
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Delete, Update
from schemactl.sql.ddl.expressions import always_true


def check(change: Update | Delete, site: Site) -> Iterator[Problem]:
    """No WHERE, or one that is always true; where a strong lock is held another rule says more."""
    if change.joined or site.is_new(change.table) or (change.where is not None and not always_true(change.where)):
        return
    if held.strongest(site) is not None:
        return
    verb = "UPDATE" if isinstance(change, Update) else "DELETE"
    yield Problem(
        f"{verb} of every row of {change.table} in one statement",
        hint="Do it in batches of some thousand rows, each in a transaction of its own.",
        object=f"table {change.table}",
    )
