"""Clients may TRUNCATE a table: row security is not asked.

Why: TRUNCATE and REFERENCES are outside of row security (CREATE POLICY, notes).

Bad:

    GRANT ALL ON notes TO authenticated;

Good:

    GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, listed

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """The privilege in the hands of a client."""
    for table in facts.tables:
        clients = facts.holders(table, "TRUNCATE")
        if clients:
            yield Problem(
                f"{listed(clients)} may empty the table, whatever its policies say",
                f"table {table.name}",
                f"REVOKE TRUNCATE ON {table.name} FROM {listed(clients)};",
            )
