"""Something that knows no IF NOT EXISTS is created without a guard.

Why: A cast, operator class, server, event trigger, statistics object or text search configuration fails when it is
there.

Bad:

    CREATE SERVER billing FOREIGN DATA WRAPPER postgres_fdw;

Good:

    CREATE SERVER IF NOT EXISTS billing FOREIGN DATA WRAPPER postgres_fdw;

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import CreateOther


def check(node: CreateOther, site: Site) -> Iterator[Problem]:
    """IF NOT EXISTS, OR REPLACE, an earlier DROP, or a DO block stand a second run."""
    if node.if_not_exists or node.or_replace or reruns.stands(site):
        return
    if any(kind == node.kind and (node.name is None or name == node.name) for kind, _, name in site.file.dropped):
        return
    if node.name and reruns.replaced(site, identities.of(node.kind, Name(None, node.name))):
        return
    hint = "IF NOT EXISTS or OR REPLACE where the command knows it; else DROP … IF EXISTS before it."
    yield from reruns.problem(site, f"CREATE {node.kind.upper()} {node.name or ''}".rstrip(), "42710", hint)
