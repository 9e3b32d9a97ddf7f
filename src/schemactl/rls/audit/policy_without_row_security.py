"""A table has policies, and row security is off: they are never asked.

Why: policies do nothing until row security is enabled on the table (PostgreSQL manual, 5.9).

Bad:

    CREATE POLICY own ON notes USING (owner = me());

Good:

    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes USING (owner = me());

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """Policies without the switch."""
    for table in facts.tables:
        if table.policies and not table.row_security:
            yield Problem(
                f"{len(table.policies)} policies and row security off: none of them is asked",
                f"table {table.name}",
                f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY;",
            )
