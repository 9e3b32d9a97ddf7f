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
from schemactl.rls.audit._facts import Facts, Problem, grantees, listed, together

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """One of the three."""
    done: set[str] = set()
    for privilege in ("REFERENCES", "TRIGGER", "MAINTAIN"):
        held = [(table, facts.holders(table, privilege)) for table in facts.tables if table.name not in done]
        done |= {table.name for table, clients in held if clients}
        for title, on, clients in together([(table, clients) for table, clients in held if clients]):
            yield Problem(
                f"{listed(clients)} hold {privilege}", title, f"REVOKE {privilege} ON {on} FROM {grantees(clients)};"
            )
