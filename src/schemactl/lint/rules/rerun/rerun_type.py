"""A type or domain is created without a guard.

Why: CREATE TYPE and CREATE DOMAIN know no IF NOT EXISTS: they fail when the type is there.

Bad:

    CREATE TYPE order_status AS ENUM ('open', 'done');

Good:

    DO $$ BEGIN
      CREATE TYPE order_status AS ENUM ('open', 'done');
    EXCEPTION WHEN duplicate_object THEN NULL;
    END $$;

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateDomain, CreateEnum, CreateType


def check(node: CreateEnum | CreateType | CreateDomain, site: Site) -> Iterator[Problem]:
    """A DO block that catches duplicate_object or asks pg_type, or an earlier DROP TYPE, stand a second run."""
    if reruns.stands(site) or reruns.replaced(site, identities.of("type", node.name)):
        return
    kind = "DOMAIN" if isinstance(node, CreateDomain) else "TYPE"
    hint = "DO $$ BEGIN CREATE TYPE …; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
    yield from reruns.problem(site, f"CREATE {kind} {node.name}", "42710", hint)
