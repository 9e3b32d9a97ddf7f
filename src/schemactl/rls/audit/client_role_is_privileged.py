"""A client role bypasses row security, or can become a role that does.

Why: superusers and BYPASSRLS roles are never asked, and SET ROLE needs no more than membership.

Bad:

    GRANT service_role TO authenticated;

Good:

    REVOKE service_role FROM authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """By its own attribute, or by membership in a privileged role, an owner, or pg_read_all_data and its like."""
    owners = {table.owner for table in facts.tables}
    for name in facts.clients:
        role = facts.roles.get(name)
        if role is None:
            continue
        powerful = {one.name for one in facts.roles.values() if one.superuser or one.bypass} | owners
        powerful |= {"pg_read_all_data", "pg_write_all_data", "pg_execute_server_program", "pg_read_server_files"}
        reached = sorted(role.member_of & powerful - {name})
        if role.superuser or role.bypass or reached:
            how = f"can become {', '.join(reached)}" if reached else "bypasses row security"
            yield Problem(
                f"clients act as {name}, which {how}",
                f"role {name}",
                f"REVOKE {reached[0]} FROM {name};" if reached else f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS;",
            )
