"""Default privileges keep new functions from PUBLIC in a schema alone, and that has no effect.

Why: those of a schema can only add to the built-in ones, by which PUBLIC may execute every function (ALTER DEFAULT
PRIVILEGES, notes): the REVOKE must be made without IN SCHEMA.

Bad:

    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO service_role;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

Good:

    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import OWNER, Facts, Problem

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """Somebody decided about new functions of a schema, clients are not among them, and PUBLIC still is."""
    known = facts.snapshot.of_kind("default privileges")
    for (schema, role, objects), attributes in known.items():
        grants = attributes.get("grants")
        if objects != "functions" or not schema or schema in facts.managed or not isinstance(grants, dict):
            continue
        if facts.managed and role.startswith("supabase_"):
            continue
        everywhere = known.get(("", role, "functions"), {}).get("grants")
        public = not isinstance(everywhere, dict) or "PUBLIC" in everywhere
        if public and not set(grants) & set(facts.clients) and set(grants) - {OWNER, role}:
            yield Problem(
                f"new functions of {role} are decided about, and PUBLIC may execute them all the same",
                f"default privileges of {role} on functions in schema {schema}",
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {role} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; -- not IN SCHEMA",
            )
