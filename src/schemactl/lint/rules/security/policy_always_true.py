"""A policy that lets every client write every row.

Why: `USING (true)` for UPDATE, DELETE or ALL, and `WITH CHECK (true)` for INSERT, switch row security off for those
roles.

Bad:

    CREATE POLICY anyone ON orders FOR ALL TO authenticated USING (true);

Good:

    CREATE POLICY own ON orders FOR ALL TO authenticated USING (user_id = (SELECT auth.uid()));

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.expressions import always_true
from schemactl.sql.ddl.objects import AlterPolicy, CreatePolicy
from schemactl.sql.names import quoted


def check(node: CreatePolicy | AlterPolicy, site: Site) -> Iterator[Problem]:
    """A condition that always holds, for a writing command and a role that clients have."""
    roles = set(node.roles or ()) & {"anon", "authenticated", "public"}
    command = getattr(node, "command", "all")
    if not roles or command == "select" or not getattr(node, "permissive", True):
        return
    condition = node.check if command == "insert" else node.using
    if (
        condition is not None
        and always_true(condition)
        and (command == "insert" or node.check is None or always_true(node.check))
    ):
        yield Problem(
            f"policy {quoted(node.name)} lets {', '.join(sorted(roles))} {'write' if command == 'all' else command} any row of {node.table}",
            hint="Ask whose row it is: USING (user_id = (SELECT auth.uid())).",
            object=f"policy {quoted(node.name)} on {node.table}",
            severity=Severity.INFO if command == "insert" else None,
        )
