"""A restrictive policy that restricts nothing.

Why: RESTRICTIVE … USING (true) reads like a floor and holds nobody back.

Bad:

    CREATE POLICY floor ON notes AS RESTRICTIVE USING (true);

Good:

    CREATE POLICY floor ON notes AS RESTRICTIVE USING (tenant_id = (SELECT my_tenant()));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import guards
from schemactl.sql.ddl.expressions import always_true

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """Every condition that it has always holds."""
    for guard in guards(facts):
        if not guard.policy.permissive and guard.conditions and all(map(always_true, guard.conditions)):
            yield Problem(
                "it is restrictive and always holds: it restricts nothing",
                guard.title,
                f"DROP {guard.title.replace('policy', 'POLICY', 1)};",
            )
