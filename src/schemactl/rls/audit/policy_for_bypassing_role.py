"""A policy names only roles that bypass row security: it is never asked.

Why: superusers and BYPASSRLS roles are not bound; the policy reads as if it allowed something. Harmless.

Bad:

    CREATE POLICY service ON jobs TO service_role USING (true);

Good:

    -- nothing: a grant is all that service_role needs

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, title

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """Every role that it names bypasses."""
    for table in facts.tables:
        for policy in table.policies:
            known = [facts.roles[name] for name in policy.roles if name in facts.roles]
            if known and len(known) == len(policy.roles) and all(role.bypass or role.superuser for role in known):
                names = ", ".join(sorted(policy.roles))
                yield Problem(f"it is never asked: {names} bypasses row security", title(policy), "Drop it.")
