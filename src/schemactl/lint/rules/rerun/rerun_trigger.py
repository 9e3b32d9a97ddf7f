"""A trigger is created without a guard.

Why: CREATE TRIGGER fails when the trigger is there. OR REPLACE (PostgreSQL 14) mends that, but not for constraint
triggers.

Bad:

    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

Good:

    CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

Lock taken: SHARE ROW EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateTrigger


def check(node: CreateTrigger, site: Site) -> Iterator[Problem]:
    """OR REPLACE, or a DROP TRIGGER IF EXISTS of the same name before, stand a second run."""
    if node.or_replace or reruns.stands(site) or reruns.remade(site, node.table):
        return
    if not reruns.replaced(site, identities.on("trigger", node.table, node.name)):
        hint = (
            f"DROP TRIGGER IF EXISTS {node.name} ON {node.table}; before it."
            if node.constraint
            else f"CREATE OR REPLACE TRIGGER {node.name} …"
        )
        yield from reruns.problem(site, f"CREATE TRIGGER {node.name}", "42710", hint)
