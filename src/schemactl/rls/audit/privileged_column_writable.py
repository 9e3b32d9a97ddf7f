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
from schemactl.rls.audit._facts import Facts, Problem, grantees, listed
from schemactl.rls.audit._guards import Guard, guards, person_columns, ways
from schemactl.rls.relations import Path

SEVERITY = Severity.WARNING
_MAY = frozenset({"role", "roles", "is_admin", "admin", "is_superuser", "permissions"})
_PAID = frozenset({"plan", "tier", "balance", "credits"})


def check(facts: Facts) -> Iterator[Problem]:
    """A grant on such a column, and a policy that lets the client update rows.

    What somebody may stands in the one row that is about him: where he has many, as the messages of a chat, `role` is
    something else, and where the policy asks for more than the person, the writer is no ordinary one.
    """
    doors: dict[Path, list[Guard]] = {}
    for guard in guards(facts):
        if guard.policy.command in ("update", "all"):
            doors.setdefault(guard.table.path, []).append(guard)
    for table in facts.tables:
        for name in table.columns:
            if name in _PAID or (name in _MAY and any(_own_row(facts, door) for door in doors.get(table.path, ()))):
                clients = [c for c in facts.column_holders(table, name, "UPDATE") if facts.applying(table, c, "UPDATE")]
                if clients:
                    yield Problem(
                        f"{listed(clients)} may write {name} of rows that the UPDATE policy gives them",
                        f"column {table.name}.{name}",
                        f"REVOKE UPDATE ON {table.name} FROM {grantees(clients)}; GRANT UPDATE (the columns meant) ON {table.name} …",
                    )


def _own_row(facts: Facts, door: Guard) -> bool:
    """Whether the policy gives a person the row about himself, or everybody any row."""
    if not door.policy.permissive:
        return False
    keyed = {column for columns in (door.table.key, *door.table.unique) for column in columns}
    return any(
        all(person_columns(facts, door, part) for part in way)
        and any(person_columns(facts, door, part) & keyed for part in way)
        for way in ways(door.using)
    )
