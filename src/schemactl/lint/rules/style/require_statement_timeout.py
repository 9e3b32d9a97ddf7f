"""No statement_timeout is set.

Why: A statement that takes far longer than expected holds its locks as long.

Bad:

    ALTER TABLE orders ADD COLUMN note text;

Good:

    SET statement_timeout = '30s';
    ALTER TABLE orders ADD COLUMN note text;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FileEnd, Site
from schemactl.sql.ddl.objects import CreateIndex, Drop
from schemactl.sql.ddl.tables import AlterTable


def check(node: FileEnd, site: Site) -> Iterator[Problem]:
    """A file that locks a table in use and never sets one."""
    if "statement_timeout" in site.file.session.touched:
        return
    if any(isinstance(item, AlterTable | CreateIndex | Drop) for item in node.nodes):
        yield Problem("no statement_timeout is set", hint="SET statement_timeout = '30s';", object="statement_timeout")
