"""A policy is created without a guard.

Why: CREATE POLICY knows neither IF NOT EXISTS nor OR REPLACE: it fails when the policy is there.

Bad:

    CREATE POLICY owner_reads ON orders FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));

Good:

    DROP POLICY IF EXISTS owner_reads ON orders;
    CREATE POLICY owner_reads ON orders FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreatePolicy
from schemactl.sql.names import quoted


def check(node: CreatePolicy, site: Site) -> Iterator[Problem]:
    """A DROP POLICY IF EXISTS of the same name before, or of the table, stands a second run."""
    if reruns.stands(site) or reruns.remade(site, node.table):
        return
    if not reruns.replaced(site, identities.on("policy", node.table, node.name)):
        hint = f"DROP POLICY IF EXISTS {quoted(node.name)} ON {node.table}; before it."
        yield from reruns.problem(site, f"CREATE POLICY {quoted(node.name)}", "42710", hint)
