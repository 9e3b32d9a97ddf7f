"""A type or domain is created without a guard.

Why: CREATE TYPE and CREATE DOMAIN know no IF NOT EXISTS: they fail when the type is there. A block that asks pg_type
stands a second run. One that catches `duplicate_object` does too, but makes an enum in a subtransaction: a label that
ALTER TYPE … ADD VALUE adds in the same transaction cannot be used there (55P04), which from PostgreSQL 17 on it can
where the transaction itself made the type.

Bad:

    CREATE TYPE order_status AS ENUM ('open', 'done');

Good:

    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'order_status'
          AND typnamespace = quote_ident(current_schema())::regnamespace) THEN
        CREATE TYPE order_status AS ENUM ('open', 'done');
      END IF;
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
    """A DO block that asks pg_type or catches duplicate_object, or an earlier DROP TYPE, stand a second run."""
    if reruns.stands(site) or reruns.replaced(site, identities.of("type", node.name)):
        return
    kind = "DOMAIN" if isinstance(node, CreateDomain) else "TYPE"
    hint = f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE …) THEN CREATE {kind} …; END IF; END $$;"
    yield from reruns.problem(site, f"CREATE {kind} {node.name}", "42710", hint)
