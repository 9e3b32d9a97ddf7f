"""Clients may write a column that says what somebody may or has paid for.

Why: row security filters rows, not columns: on their own row people make themselves administrators.

Bad:

    GRANT UPDATE ON profiles TO authenticated; -- profiles.role

Good:

    GRANT UPDATE (display_name) ON profiles TO authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, listed

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """A grant on such a column, and a policy that lets the client update rows."""
    for table in facts.tables:
        for name in table.columns:
            if name not in (
                "role",
                "roles",
                "is_admin",
                "admin",
                "is_superuser",
                "permissions",
                "plan",
                "tier",
                "balance",
                "credits",
            ):
                continue
            clients = [c for c in facts.column_holders(table, name, "UPDATE") if facts.applying(table, c, "UPDATE")]
            if clients:
                yield Problem(
                    f"{listed(clients)} may write {name} of rows that the UPDATE policy gives them",
                    f"column {table.name}.{name}",
                    f"REVOKE UPDATE ON {table.name} FROM {listed(clients)}; GRANT UPDATE (the columns meant) ON {table.name} …",
                )
