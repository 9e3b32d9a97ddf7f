"""Several permissive policies answer the same command for the same client.

Why: any of them lets a row through, and each costs time on every row. One policy with OR says the same.

Bad:

    CREATE POLICY a … FOR SELECT …; CREATE POLICY b … FOR SELECT …;

Good:

    CREATE POLICY a … FOR SELECT USING (… OR …);

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """Two or more for one role and command."""
    for table in facts.tables:
        for command in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            for client in facts.clients:
                policies = [p for p in facts.applying(table, client, command) if client in p.roles]
                if len(policies) > 1:
                    names = ", ".join(sorted(policy.name for policy in policies))
                    yield Problem(f"{names} all answer {command} for {client}", f"table {table.name}", "Merge them.")
                    break
