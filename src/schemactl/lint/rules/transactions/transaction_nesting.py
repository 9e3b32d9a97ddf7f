"""BEGIN inside a transaction, or COMMIT without one.

Why: The second BEGIN only warns, and the first COMMIT ends both: what follows runs without a transaction, or the
runner's record of the file is lost. supabase and others wrap each file already.

Bad:

    BEGIN;
    ALTER TABLE orders ADD COLUMN note text;
    COMMIT;

Good:

    ALTER TABLE orders ADD COLUMN note text;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Transaction


def check(node: Transaction, site: Site) -> Iterator[Problem]:
    """Against the file's own statements and against what the runner wraps."""
    transaction, runner = site.transaction, site.settings.runner
    if node.kind == "begin" and transaction is not None:
        if transaction.explicit:
            yield Problem(
                "BEGIN inside a transaction only warns", hint="Use SAVEPOINT, or COMMIT before it.", object="BEGIN"
            )
        else:
            yield Problem(
                f"{runner.name} wraps the file in a transaction already: its COMMIT ends that one too early",
                hint="Leave BEGIN and COMMIT out.",
                object="BEGIN",
            )
    elif node.kind in {"commit", "rollback"} and not site.in_body:
        if transaction is None and not site.file.session.wrapped:
            yield Problem(
                f"{node.kind.upper()} without a transaction only warns", hint="Remove it.", object=node.kind.upper()
            )
        elif transaction is not None and not transaction.explicit:
            yield Problem(
                f"{node.kind.upper()} ends the transaction that {runner.name} wraps around the file: what follows is not atomic",
                hint="Leave it out.",
                object=node.kind.upper(),
            )
