"""CONCURRENTLY inside a transaction.

Why: Postgres refuses it (25001). Most runners wrap each file in a transaction.

Bad:

    BEGIN;
    CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
    COMMIT;

Good:

    -- schemactl:transaction=none
    CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Reindex
from schemactl.sql.ddl.objects import CreateIndex, Drop


def check(node: CreateIndex | Drop | Reindex, site: Site) -> Iterator[Problem]:
    """In an explicit transaction, in the runner's, or in a DO block."""
    if not getattr(node, "concurrently", False) or not site.in_transaction:
        return
    command = type(node).__name__.removeprefix("Create").upper()
    what = {"INDEX": "CREATE INDEX", "DROP": "DROP INDEX"}.get(command, command)
    transaction = site.transaction
    runner = site.settings.runner
    if site.in_body:
        why, hint = "in a DO block", "Move it out of the block, to the top level of a file of its own."
    elif transaction and transaction.explicit:
        why, hint = "between BEGIN and COMMIT", "Move it out of the transaction."
    else:
        why, hint = f"because {runner.name} wraps the file in a transaction", runner.advice
    yield Problem(f"{what} CONCURRENTLY fails {why} (25001)", hint=hint, object=what)
