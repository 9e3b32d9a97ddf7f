"""Clients may create objects in a schema.

Why: a table or function of theirs there takes the place of another for whoever has the schema in the search_path (CVE-2018-1058).
PostgreSQL 14 lets everybody create in `public`, and so does a database that was upgraded from there.

Bad:

    GRANT CREATE ON SCHEMA public TO PUBLIC;

Good:

    REVOKE CREATE ON SCHEMA public FROM PUBLIC;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, grantees
from schemactl.sql.names import quoted

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """CREATE, by itself or with ALL."""
    for path, attributes in facts.snapshot.of_kind("schema").items():
        grants = attributes.get("grants")
        if path[0] in facts.managed or not isinstance(grants, dict):
            continue
        held = [c for c in facts.clients if {"ALL", "CREATE"}.intersection(map(str, grants.get(c, ())))]
        if held:
            yield Problem(
                f"{', '.join(held)} may create objects in it",
                f"schema {path[0]}",
                f"REVOKE CREATE ON SCHEMA {quoted(path[0])} FROM {grantees(held)};",
            )
