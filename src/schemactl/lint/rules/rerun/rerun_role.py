"""A role is created without a guard.

Why: Roles belong to the whole cluster, so they are often there already; CREATE ROLE knows no IF NOT EXISTS.

Bad:

    CREATE ROLE reporting;

Good:

    DO $$ BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'reporting') THEN
        CREATE ROLE reporting;
      END IF;
    END $$;

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import CreateRole


def check(node: CreateRole, site: Site) -> Iterator[Problem]:
    """A DO block that asks pg_roles or catches duplicate_object stands a second run."""
    if node.alter or reruns.stands(site) or reruns.replaced(site, identities.of("role", Name(None, node.name))):
        return
    hint = "A DO block that asks pg_roles first, or catches duplicate_object."
    yield from reruns.problem(site, f"CREATE ROLE {node.name}", "42710", hint)
