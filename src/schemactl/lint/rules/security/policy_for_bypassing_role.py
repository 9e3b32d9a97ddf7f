"""A policy for a role that bypasses row security.

Why: service_role and superusers never ask a policy: it has no effect, and suggests that one is needed.

Bad:

    CREATE POLICY service ON orders FOR ALL TO service_role USING (true);

Good:

    CREATE POLICY own ON orders FOR ALL TO authenticated USING (user_id = (SELECT auth.uid()));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreatePolicy
from schemactl.sql.names import quoted


def check(node: CreatePolicy, site: Site) -> Iterator[Problem]:
    """TO service_role or postgres, and nobody else."""
    if node.roles and not set(node.roles) - {"service_role", "postgres", "supabase_admin"} and site.settings.supabase:
        yield Problem(
            f"policy {quoted(node.name)} has no effect: {node.roles[0]} bypasses row security",
            hint="Leave it out.",
            object=f"policy {quoted(node.name)} on {node.table}",
        )
