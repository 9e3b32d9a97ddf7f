"""A client may write a table and no policy lets it read: RETURNING and upserts fail with 42501.

Why: what RETURNING and ON CONFLICT read must pass a SELECT policy too (CREATE POLICY, table 1); the error does not say so.

Bad:

    CREATE POLICY add ON notes FOR INSERT TO authenticated WITH CHECK (owner = me());

Good:

    CREATE POLICY see ON notes FOR SELECT TO authenticated USING (owner = me());

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """An INSERT or UPDATE policy, and none for SELECT."""
    for table in facts.tables:
        for client in facts.clients[1:]:  # PUBLIC itself sends no statements
            writes = facts.applying(table, client, "INSERT") + facts.applying(table, client, "UPDATE")
            mine = [policy for policy in writes if client in policy.roles]
            if table.row_security and mine and not facts.applying(table, client, "SELECT"):
                yield Problem(
                    f"{client} may write and no policy lets it read: INSERT … RETURNING and ON CONFLICT fail with 42501",
                    f"table {table.name}",
                    "Add a SELECT policy, or let clients write without RETURNING.",
                )
