"""A statement that cannot run in a transaction.

Why: VACUUM, ALTER SYSTEM, CREATE DATABASE, DETACH PARTITION CONCURRENTLY and the like fail inside one (25001).

Bad:

    BEGIN;
    VACUUM orders;
    COMMIT;

Good:

    -- schemactl:transaction=none
    VACUUM orders;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Cluster, Other, Reindex, Vacuum
from schemactl.sql.ddl.objects import CreateOther, Drop
from schemactl.sql.ddl.tables import AlterTable
from schemactl.sql.transactions import Needs, requirement


def check(node: Vacuum | Cluster | Other | CreateOther | Drop | AlterTable | Reindex, site: Site) -> Iterator[Problem]:
    """What the server refuses, apart from indexes, which have a rule of their own."""
    if site.statement is None or not site.in_transaction or getattr(node, "concurrently", False):
        return
    needed = requirement(site.statement)
    if needed.needs is Needs.NO_BLOCK:
        runner = site.settings.runner
        explicit = site.transaction is not None and site.transaction.explicit
        yield Problem(
            f"{needed.command} fails in a transaction (25001)",
            hint="Move it out of BEGIN … COMMIT." if explicit else runner.advice,
            object=needed.command,
        )
