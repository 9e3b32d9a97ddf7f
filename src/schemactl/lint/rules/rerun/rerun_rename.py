"""Something is renamed or moved to another schema without a guard.

Why: When it runs again, the old name is gone. IF EXISTS on ALTER TABLE helps for the table itself, not for its
columns.

Bad:

    ALTER TABLE orders RENAME COLUMN note TO remark;

Good:

    DO $$ BEGIN
      ALTER TABLE orders RENAME COLUMN note TO remark;
    EXCEPTION WHEN undefined_column THEN NULL;
    END $$;

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Rename, SetSchema

_WHOLE = frozenset({"table", "view", "materialized view", "index", "sequence", "foreign table"})
_STATES = {"column": "42703", "table": "42P01", "view": "42P01", "index": "42P01", "sequence": "42P01"}


def check(node: Rename | SetSchema, site: Site) -> Iterator[Problem]:
    """IF EXISTS where it reaches, or a DO block, stand a second run."""
    if reruns.absent_ok(site) or (reruns.if_exists(site) and node.kind in _WHOLE):
        return
    if isinstance(node, Rename):
        if node.relation and (reruns.remade(site, node.relation) or reruns.is_temporary(site, node.relation)):
            return
        what, state = f"RENAME {node.kind.upper()} {node.old}", _STATES.get(node.kind, "42704")
    else:
        what, state = f"SET SCHEMA of {node.name}", "42P01"
    yield from reruns.problem(site, what, state, "A DO block that asks the catalog for the old name first.")
