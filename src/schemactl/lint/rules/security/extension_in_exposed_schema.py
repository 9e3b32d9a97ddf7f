"""An extension is installed into a schema that clients reach.

Why: Its functions become endpoints of the API.

Bad:

    CREATE EXTENSION IF NOT EXISTS pg_trgm;

Good:

    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateExtension
from schemactl.sql.names import quoted


def check(node: CreateExtension, site: Site) -> Iterator[Problem]:
    """CREATE EXTENSION without a schema, or into an exposed one; some have a schema of their own."""
    schema = node.schema or "public"
    if schema in site.settings.exposed and node.name not in {
        "pg_cron",
        "pgmq",
        "plpgsql",
        "pgsodium",
        "supabase_vault",
        "pg_net",
    }:
        yield Problem(
            f"extension {node.name} goes into {schema}, whose functions clients can call",
            hint=f"CREATE EXTENSION IF NOT EXISTS {quoted(node.name)} WITH SCHEMA extensions;",
            object=f"extension {node.name}",
        )
