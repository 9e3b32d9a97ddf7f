"""New tables or functions are granted to clients by default.

Why: a table is reachable from its CREATE on, before row security and policies are there.

Bad:

    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO authenticated;

Good:

    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, grantees
from schemactl.sql.names import quoted

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """Default privileges of tables, sequences and functions that name a client; a line where the platform makes them so."""
    for path, attributes in facts.snapshot.of_kind("default privileges").items():
        schema, role, objects = path
        platform = bool(facts.managed) and role.startswith("supabase_")  # those make no objects of the project
        grants = attributes.get("grants")
        held = [name for name in facts.clients if name != "PUBLIC" and isinstance(grants, dict) and name in grants]
        if objects in ("tables", "functions", "sequences") and held and schema not in facts.managed and not platform:
            where = f" IN SCHEMA {quoted(schema)}" if schema else ""
            yield Problem(
                f"new {objects} of {role}{where.replace('IN SCHEMA', 'in schema')} are granted to {', '.join(held)}",
                f"default privileges of {role} on {objects}" + (f" in schema {quoted(schema)}" if schema else ""),
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(role)}{where} REVOKE ALL ON {objects.upper()} FROM {grantees(held)};",
                Severity.INFO if facts.managed and (schema, role) == ("public", "postgres") else None,
            )
