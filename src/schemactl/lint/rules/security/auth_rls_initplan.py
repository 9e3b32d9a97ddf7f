"""A policy calls auth.uid() for every row.

Why: A bare call is made once a row. Inside a sub-select, `(SELECT auth.uid())`, Postgres makes it once a query and
can use an index.

Bad:

    CREATE POLICY owner ON orders FOR SELECT TO authenticated USING (user_id = auth.uid());

Good:

    CREATE POLICY owner ON orders FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql import identity
from schemactl.sql.ddl.objects import AlterPolicy, CreatePolicy
from schemactl.sql.names import quoted


def check(node: CreatePolicy | AlterPolicy, site: Site) -> Iterator[Problem]:
    """A call of who-is-there outside any sub-select; once a policy."""
    called = [name for part in identity.parts(node.using, node.check) for name in identity.bare_calls(part)]
    if called:
        yield Problem(
            f"policy {quoted(node.name)} calls {called[0]}() for every row of {node.table}",
            hint=f"Write (SELECT {called[0]}()): it is then called once a query.",
            object=f"policy {quoted(node.name)} on {node.table}",
        )
