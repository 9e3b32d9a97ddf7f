"""Two policies say the same.

Why: who tightens one of them changes nothing: the other still lets through.

Bad:

    CREATE POLICY own ON notes USING (…); CREATE POLICY "Users own notes" ON notes USING (…); -- the same condition

Good:

    CREATE POLICY own ON notes USING (…);

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, title
from schemactl.rls.relations import Policy
from schemactl.sql.names import quoted

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """The same command, roles and conditions, name aside."""
    for table in facts.exposed:
        seen: dict[tuple[object, ...], Policy] = {}
        for policy in sorted(table.policies, key=lambda one: one.name):
            key = (policy.command, policy.roles, policy.permissive, policy.using, policy.check)
            if key in seen:
                yield Problem(
                    f"it says the same as {quoted(seen[key].name)}: tightening one of them changes nothing",
                    title(policy),
                    f"DROP {title(policy).replace('policy', 'POLICY', 1)};",
                )
            seen.setdefault(key, policy)
