"""A policy lets a client do what no grant allows: it is dead.

Why: a statement needs the privilege before any policy is asked.

Bad:

    CREATE POLICY own ON notes FOR DELETE TO authenticated …; -- no GRANT DELETE

Good:

    GRANT DELETE ON notes TO authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, title

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """A command of its own, for a client that holds no such privilege."""
    for table in facts.tables:
        for policy in table.policies:
            if policy.command == "all" or not policy.permissive:
                continue
            named = [client for client in facts.clients if client in policy.roles and client != "PUBLIC"]
            if named and not set(named) & set(facts.holders(table, policy.command.upper())):
                yield Problem(
                    f"{', '.join(named)} hold no {policy.command.upper()} on {table.name}: it is never asked",
                    title(policy),
                    f"GRANT {policy.command.upper()} ON {table.name} TO {', '.join(named)}; or drop the policy.",
                )
