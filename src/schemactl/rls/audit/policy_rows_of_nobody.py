"""Whoever comes gets the rows that are nobody's: the person's column is NULL, and the policy lets that pass.

Why: what belongs to no one is read, changed or made by everyone, those who are not signed in among them.

Bad:

    USING (user_id = (SELECT auth.uid()) OR user_id IS NULL)

Good:

    USING (user_id = (SELECT auth.uid()))

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, guards, own_columns, person_columns, ways
from schemactl.sql.nodes import Node

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """One way in compares a column with the session, another asks no more than that it be NULL, which it can be.

    Where nobody need sign in to write such rows, it is an error.
    """
    for guard in guards(facts):
        for condition in guard.conditions if guard.policy.permissive else ():
            alternatives = list(ways(condition))
            people = {name for way in alternatives for part in way for name in person_columns(facts, guard, part)}
            free = people & {name for way in alternatives if len(way) == 1 for name in _null(guard, way[0])}
            loose = sorted(name for name in free if not guard.table.columns[name].not_null)
            if loose:
                deed = "see" if guard.policy.command == "select" else "write"
                yield Problem(
                    f"{', '.join(guard.clients)} {deed} every row whose {loose[0]} is NULL",
                    guard.title,
                    f"Take {loose[0]} IS NULL out; rows that are for all deserve a policy of their own, for SELECT.",
                    Severity.ERROR if guard.writes and "anon" in guard.clients else None,
                )
                break


def _null(guard: Guard, part: Node) -> set[str]:
    test = part.get("NullTest", {})
    return own_columns(guard, test.get("arg")) if test.get("nulltesttype") == "IS_NULL" else set()
