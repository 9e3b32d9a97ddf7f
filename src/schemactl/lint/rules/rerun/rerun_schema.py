"""A schema, sequence or extension is created without a guard.

Why: All three know IF NOT EXISTS, and fail without it when they are there.

Bad:

    CREATE EXTENSION pgcrypto;

Good:

    CREATE EXTENSION IF NOT EXISTS pgcrypto;

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import CreateExtension, CreateSchema, CreateSequence

_KINDS = {
    CreateSchema: ("schema", "42P06"),
    CreateSequence: ("sequence", "42P07"),
    CreateExtension: ("extension", "42710"),
}


def check(node: CreateSchema | CreateSequence | CreateExtension, site: Site) -> Iterator[Problem]:
    """IF NOT EXISTS, or an earlier DROP, stand a second run."""
    if node.if_not_exists or reruns.stands(site) or (isinstance(node, CreateSequence) and node.temporary):
        return
    kind, state = _KINDS[type(node)]
    name = node.name if isinstance(node.name, Name) else Name(None, node.name)
    if not reruns.replaced(site, identities.of(kind, name)):
        yield from reruns.problem(
            site, f"CREATE {kind.upper()} {name}", state, f"CREATE {kind.upper()} IF NOT EXISTS {name}"
        )
