"""Clients act as the owner of a table whose row security is not forced.

Why: row security does not bind the owner, nor who has its privileges, unless it is forced (ALTER TABLE … FORCE ROW LEVEL SECURITY).

Bad:

    ALTER TABLE notes OWNER TO app; -- and the application logs in as app

Good:

    ALTER TABLE notes FORCE ROW LEVEL SECURITY; -- or another owner

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """A role that logs in, or that clients are, has the owner's privileges without being privileged itself."""
    for table in facts.tables:
        if not table.row_security or table.forced:
            continue
        for role in facts.roles.values():
            plain = not (role.superuser or role.bypass) and (role.login or role.name in facts.clients)
            if plain and table.owner in role.privileges_of and table.policies:
                yield Problem(
                    f"{role.name} {'is' if role.name == table.owner else 'has the privileges of'} the owner: "
                    "row security does not bind it",
                    f"table {table.name}",
                    f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY; or let a role that nobody logs in as own it.",
                )
                break
