"""A rewrite rule stands on a table with row security.

Why: what a rule adds to a statement runs with the rights of the owner of the table (PostgreSQL manual, 41.5).

Bad:

    CREATE RULE log AS ON UPDATE TO notes DO ALSO INSERT INTO audit …

Good:

    A trigger.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """Any rule on such a table."""
    for path in facts.snapshot.of_kind("rule"):
        table = facts.relations.get((path[0], path[1]))
        if table and table.row_security:
            yield Problem(
                f"rule {path[-1]} rewrites statements, and runs with the rights of {table.owner}",
                f"table {table.name}",
                f"DROP RULE {path[-1]} ON {table.name}; -- and a trigger instead",
            )
