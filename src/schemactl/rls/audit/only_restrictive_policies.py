"""Every policy of a table is RESTRICTIVE: nobody gets a row.

Why: restrictive policies narrow what permissive ones allow; without one of those nothing is allowed (CREATE POLICY).

Bad:

    CREATE POLICY live ON notes AS RESTRICTIVE USING (deleted_at IS NULL);

Good:

    CREATE POLICY own ON notes USING (owner = me());
    CREATE POLICY live ON notes AS RESTRICTIVE USING (deleted_at IS NULL);

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, conditions
from schemactl.sql.ddl.expressions import always_false, tree

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """No permissive policy among them, and one that would let a row through: those that are all `false` mean it."""
    for table in facts.tables:
        if table.row_security and table.policies and not any(policy.permissive for policy in table.policies):
            if all(always_false(tree(text)) for _, text in conditions(table)):
                continue
            yield Problem(
                "every policy is restrictive: they narrow what nothing allows, so that no row is seen",
                f"table {table.name}",
                "Add a permissive policy for who shall get rows.",
            )
