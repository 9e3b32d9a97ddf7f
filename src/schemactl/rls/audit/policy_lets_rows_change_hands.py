"""An UPDATE policy asks about the owner on one side only.

Why: USING is about the row as it was, WITH CHECK about the row as it is to be: where CHECK does not ask whose it is,
rows can be given away; where USING does not, everybody's rows can be taken.

Bad:

    CREATE POLICY edit ON notes FOR UPDATE TO authenticated USING (owner_id = (SELECT auth.uid())) WITH CHECK (true);

Good:

    CREATE POLICY edit ON notes FOR UPDATE TO authenticated USING (owner_id = (SELECT auth.uid())); -- CHECK is the same

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, asks, guards, own_columns, ways
from schemactl.sql.nodes import Node

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """Both conditions are there; one of them compares a column with the session, the other does not read it."""
    for guard in guards(facts):
        if guard.policy.command not in ("update", "all") or not guard.policy.permissive:
            continue
        if guard.using is None or guard.check is None:
            continue
        for pinned, other, what in (
            (guard.using, guard.check, "rows can be given to anybody: CHECK does not ask about"),
            (guard.check, guard.using, "anybody's rows can be taken: USING does not ask about"),
        ):
            columns = _pinned(facts, guard, pinned) - own_columns(guard, other)
            changeable = [name for name in sorted(columns) if _changes(facts, guard, name)]
            if changeable and not asks(facts, other):
                yield Problem(f"{what} {changeable[0]}", guard.title, "Ask the same on both sides, or leave CHECK out.")
                break


def _pinned(facts: Facts, guard: Guard, condition: Node) -> set[str]:
    """The columns that every way compares with the session."""
    found = [
        {name for part in way if asks(facts, part) for name in own_columns(guard, part)} for way in ways(condition)
    ]
    return set.intersection(*found) if found else set()


def _changes(facts: Facts, guard: Guard, name: str) -> bool:
    return bool(set(facts.column_holders(guard.table, name, "UPDATE")) & {*guard.clients, "PUBLIC"})
