"""A subquery of a policy compares a column with itself.

Why: inside the subquery an unqualified name is a column of the inner table where that has one: `m.org_id = org_id` is
`m.org_id = m.org_id`, and holds for every row of every organisation.

Bad:

    USING (EXISTS (SELECT 1 FROM members m WHERE m.org_id = org_id AND m.user_id = (SELECT auth.uid())))

Good:

    USING (EXISTS (SELECT 1 FROM members m WHERE m.org_id = docs.org_id AND m.user_id = (SELECT auth.uid())))

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import comparisons, guards
from schemactl.sql.ddl.words import words

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """The same column on both sides of =, as the server has resolved it."""
    for guard in guards(facts):
        for condition in guard.conditions:
            same = [
                ".".join(words(left["ColumnRef"].get("fields")))
                for _, left, right in comparisons(condition, "=")
                if "ColumnRef" in left and "ColumnRef" in right
                and words(left["ColumnRef"].get("fields")) == words(right["ColumnRef"].get("fields"))
            ]  # fmt: skip
            if same:
                yield Problem(
                    f"{same[0]} = {same[0]} holds for every row: the name meant the outer table and found the inner one",
                    guard.title,
                    f"Write {guard.table.path[1]}.{same[0].rpartition('.')[2]} for the policy's own table.",
                )
                break
