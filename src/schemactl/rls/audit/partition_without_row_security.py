"""A partition or child table can be reached by its own name, without row security.

Why: policies of the parent apply to statements that name the parent; a child named directly has its own (PostgreSQL manual, 5.9).

Bad:

    CREATE TABLE logs_2024 PARTITION OF logs …; GRANT SELECT ON ALL TABLES IN SCHEMA public TO authenticated;

Good:

    ALTER TABLE logs_2024 ENABLE ROW LEVEL SECURITY; -- or REVOKE ALL ON logs_2024 FROM authenticated

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, grantees, listed

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """A grant on the child, row security on the parent alone."""
    for table in facts.tables:
        parents = [facts.relations[path] for path in table.parents if path in facts.relations]
        clients = facts.holders(table, "SELECT", "INSERT", "UPDATE", "DELETE")
        if clients and not table.row_security and any(parent.row_security for parent in parents):
            yield Problem(
                f"{listed(clients)} can name it directly, where the policies of {parents[0].name} are not asked",
                f"table {table.name}",
                f"REVOKE ALL ON {table.name} FROM {grantees(clients)}; -- access goes through {parents[0].name}",
            )
