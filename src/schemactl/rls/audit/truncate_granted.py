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
from schemactl.rls.audit._facts import Facts, Problem, grantees, listed, together
from schemactl.rls.audit._guards import platform

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """The privilege in the hands of a client: who logs in himself empties the table; an API does not offer it."""
    held = [(table, facts.holders(table, "TRUNCATE")) for table in facts.tables]
    for title, on, clients in together([(table, clients) for table, clients in held if clients]):
        logs_in = [name for name in clients if name in facts.roles and facts.roles[name].login]
        behind = platform(facts) and not logs_in
        yield Problem(
            f"{listed(clients)} may empty what their policies would keep: TRUNCATE asks none",
            title,
            f"REVOKE TRUNCATE ON {on} FROM {grantees(clients)};",
            Severity.WARNING if behind else None,
        )
