"""A trigger is switched off and not on again.

Why: Rows that are written from then on lack what the trigger does; ALL includes the triggers that keep foreign keys.

Bad:

    ALTER TABLE orders DISABLE TRIGGER ALL;

Good:

    ALTER TABLE orders DISABLE TRIGGER touch;
    ALTER TABLE orders ENABLE TRIGGER touch;

Lock taken: SHARE ROW EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AlterTable, SwitchTrigger


def check(node: SwitchTrigger, site: Site) -> Iterator[Problem]:
    """DISABLE TRIGGER without an ENABLE of the same one later in the file."""
    if node.enabled or site.target is None or site.is_new():
        return
    later = site.file.nodes[site.index :]
    for other in later:
        actions = other.actions if isinstance(other, AlterTable) and other.name.key == site.target.key else ()
        if any(
            isinstance(item, SwitchTrigger) and item.enabled and item.name in {node.name, "ALL"} for item in actions
        ):
            return
    yield Problem(
        f"trigger {node.name} of {site.target} stays switched off",
        hint=f"ALTER TABLE {site.target} ENABLE TRIGGER {node.name}; behind what needs it off.",
        object=f"table {site.target}",
    )
