"""Clients hold REFERENCES, TRIGGER or MAINTAIN, which no client needs.

Why: a trigger of their own runs with the rights of whoever writes; a reference tells which keys exist.

Bad:

    GRANT ALL ON notes TO authenticated;

Good:

    GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, listed

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """One of the three."""
    for table in facts.tables:
        for privilege in ("REFERENCES", "TRIGGER", "MAINTAIN"):
            clients = facts.holders(table, privilege)
            if clients:
                yield Problem(
                    f"{listed(clients)} hold {privilege}",
                    f"table {table.name}",
                    f"REVOKE {privilege} ON {table.name} FROM {listed(clients)};",
                )
                break
