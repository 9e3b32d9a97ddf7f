"""Something is dropped without IF EXISTS.

Why: When it runs again, it is gone, and DROP fails.

Bad:

    DROP VIEW open_orders;

Good:

    DROP VIEW IF EXISTS open_orders;

Lock taken: ACCESS EXCLUSIVE on what is dropped.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop

_STATES = {"table": "42P01", "view": "42P01", "sequence": "42P01", "function": "42883", "schema": "3F000"}


def check(node: Drop, site: Site) -> Iterator[Problem]:
    """IF EXISTS, or an object that the file makes, before or again, stand a second run."""
    if node.if_exists or node.kind == "owned" or reruns.absent_ok(site):
        return
    for name in node.names:
        identity = identities.on(node.kind, node.table, name.name) if node.table else identities.of(node.kind, name)
        if identity in site.file.made or (node.table and reruns.remade(site, node.table)):
            continue
        if reruns.made_again(site, node, name):
            continue
        kind = node.kind.upper()
        state = _STATES.get(node.kind, "42704")
        yield from reruns.problem(site, f"DROP {kind} {name}", state, f"DROP {kind} IF EXISTS {name} …")
        return
