"""A policy without TO that does not ask who is there.

Why: Without TO a policy is everybody's, anonymous clients included. One meant for the service role needs none at all:
that role bypasses row security.

Bad:

    CREATE POLICY "Service role updates" ON orders FOR UPDATE USING (true);

Good:

    CREATE POLICY staff_updates ON orders FOR UPDATE TO staff USING (true);

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql import identity
from schemactl.sql.ddl.objects import CreatePolicy
from schemactl.sql.names import quoted


def check(node: CreatePolicy, site: Site) -> Iterator[Problem]:
    """No TO (or TO public), and a condition that never depends on who asks; plain reading for all is a note."""
    if set(node.roles) - {"public"} or not node.permissive:
        return
    conditions = identity.parts(node.using, node.check)
    if conditions and all(identity.is_false(part) for part in conditions):
        return
    if any(identity.asks_identity(part) or identity.presence_only(part) for part in conditions):
        return
    writes = node.command != "select"
    if not writes and node.roles:
        return
    verb = "read" if not writes else "write" if node.command == "all" else node.command
    yield Problem(
        f"policy {quoted(node.name)} has no TO, so anybody may {verb} {'what it lets through' if node.using else 'rows'} "
        f"in {node.table}",
        hint="Name the role: TO authenticated, TO staff. The service role bypasses row security and needs no policy.",
        object=f"policy {quoted(node.name)} on {node.table}",
        severity=Severity.ERROR if writes else Severity.INFO,
    )
