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
from schemactl.rls.audit._facts import WRITES, Facts, Problem

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """Two or more for one role and command; once a table."""
    for table in facts.tables:
        found: dict[tuple[str, str], list[str]] = {}
        for command in ("SELECT", *WRITES):
            for client in facts.clients:
                names = sorted(p.name for p in facts.applying(table, client, command) if client in p.roles)
                if len(names) > 1:
                    found.setdefault((", ".join(names), client), []).append(command)
                    break
        if found:
            told = (
                f"{names} all answer {', '.join(commands)} for {client}" for (names, client), commands in found.items()
            )
            yield Problem("; ".join(told), f"table {table.name}", "Merge them.")
