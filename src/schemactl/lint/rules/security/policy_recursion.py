"""A policy queries its own table.

Why: The query in the condition is subject to the policy again: Postgres answers 42P17, infinite recursion, to every
query on the table.

Bad:

    CREATE POLICY members ON members FOR SELECT TO authenticated
      USING (team_id IN (SELECT team_id FROM members m WHERE m.user_id = (SELECT auth.uid())));

Good:

    CREATE POLICY members ON members FOR SELECT TO authenticated USING (team_id IN (SELECT my_teams()));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql import identity
from schemactl.sql.ddl.expressions import tables
from schemactl.sql.ddl.objects import AlterPolicy, CreatePolicy
from schemactl.sql.names import quoted


def check(node: CreatePolicy | AlterPolicy, site: Site) -> Iterator[Problem]:
    """A sub-select on the policy's own table; a SECURITY DEFINER function breaks the circle."""
    text = site.statement.text.lower() if site.statement is not None else ""
    if "select" not in text or text.count(node.table.name.lower()) < 2:
        return
    for part in identity.parts(node.using, node.check):
        if any(name.key == node.table.key for name in tables(part)):
            yield Problem(
                f"policy {quoted(node.name)} queries {node.table} itself: infinite recursion (42P17) for every query",
                hint="Move the query into a SECURITY DEFINER function with a pinned search_path, and call that.",
                object=f"policy {quoted(node.name)} on {node.table}",
            )
            return
