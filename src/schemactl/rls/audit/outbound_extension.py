"""Clients can reach other servers or files from within the database.

Why: what dblink or a foreign server connects as is not bound by row security here, and http calls carry rows away.

Bad:

    CREATE EXTENSION dblink SCHEMA public;

Good:

    CREATE EXTENSION dblink SCHEMA extensions; REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA extensions FROM PUBLIC;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.sql.names import quoted

SEVERITY = Severity.WARNING
OUTBOUND = frozenset({"dblink", "http", "pg_net", "file_fdw", "pg_cron", "plpython3u", "plperlu", "adminpack", "lo"})


def check(facts: Facts) -> Iterator[Problem]:
    """Such an extension in a schema of the project, or a foreign server's mapping for clients."""
    for (name,), attributes in facts.snapshot.of_kind("extension").items():
        schema = str(attributes.get("schema"))
        if name in OUTBOUND and schema not in facts.managed and schema != "pg_catalog":
            yield Problem(
                f"clients can call its functions in schema {schema}: it reaches beyond this database",
                f"extension {quoted(name)}",
                f"ALTER EXTENSION {quoted(name)} SET SCHEMA extensions; and REVOKE EXECUTE on its functions FROM PUBLIC.",
            )
    for path in facts.snapshot.of_kind("user mapping"):
        if set(path) & {"public", *facts.clients}:
            yield Problem(
                "clients connect through it, as whoever it names there",
                f"user mapping {' on '.join(path)}",
                "DROP USER MAPPING, and let a SECURITY DEFINER function fetch what is needed.",
            )
