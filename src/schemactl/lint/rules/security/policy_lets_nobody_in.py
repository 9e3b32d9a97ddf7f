"""A policy that anonymous clients satisfy by being nobody.

Why: auth.uid() is NULL for whoever has not signed in: `auth.uid() IS NULL OR …` opens the rows to all of them.

Bad:

    CREATE POLICY own ON orders FOR SELECT USING ((SELECT auth.uid()) IS NULL OR user_id = (SELECT auth.uid()));

Good:

    CREATE POLICY own ON orders FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));

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
    """IS NULL of who-is-there as one way to satisfy it, for a role that anonymous clients have."""
    if not set(node.roles or ("public",)) & {"public", "anon"}:
        return
    if any(identity.is_missing_identity(part) for part in identity.parts(node.using, node.check)):
        yield Problem(
            f"policy {quoted(node.name)} holds for whoever has not signed in",
            hint="Leave the IS NULL out; give background work a role of its own.",
            object=f"policy {quoted(node.name)} on {node.table}",
        )
