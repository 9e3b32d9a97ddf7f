"""A view is created without OR REPLACE.

Why: CREATE VIEW fails when the view is there.

Bad:

    CREATE VIEW open_orders AS SELECT id FROM orders;

Good:

    CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders;

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateView


def check(node: CreateView, site: Site) -> Iterator[Problem]:
    """OR REPLACE, or a DROP VIEW of the same name before, stand a second run."""
    if (
        node.or_replace
        or node.temporary
        or reruns.stands(site)
        or reruns.replaced(site, identities.of("view", node.name))
    ):
        return
    yield from reruns.problem(site, f"CREATE VIEW {node.name}", "42P07", f"CREATE OR REPLACE VIEW {node.name} …")
