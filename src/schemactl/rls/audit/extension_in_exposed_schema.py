"""An extension lives in the schema that clients call.

Why: an API over the schema offers every function of the extension as well, and its tables.

Bad:

    CREATE EXTENSION pg_trgm SCHEMA public;

Good:

    CREATE SCHEMA extensions; CREATE EXTENSION pg_trgm SCHEMA extensions;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit.outbound_extension import OUTBOUND
from schemactl.sql.names import quoted

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """In `public`, where a platform's API serves that; those that reach out have a rule of their own."""
    for (name,), attributes in facts.snapshot.of_kind("extension").items():
        if facts.managed and attributes.get("schema") == "public" and name not in OUTBOUND:
            yield Problem(
                "the API serves its functions beside the project's own",
                f"extension {quoted(name)}",
                f"ALTER EXTENSION {quoted(name)} SET SCHEMA extensions;",
            )
