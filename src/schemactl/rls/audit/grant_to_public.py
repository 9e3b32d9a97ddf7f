"""A table is granted to PUBLIC, or to a client that may pass the grant on.

Why: PUBLIC is every role, those of the future too; WITH GRANT OPTION lets a client decide who else may.

Bad:

    GRANT SELECT ON notes TO PUBLIC;

Good:

    GRANT SELECT ON notes TO authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """PUBLIC among the grantees, or a grant option in a client's hands."""
    for relation in facts.exposed:
        grants = facts.snapshot.of_kind(relation.kind).get(relation.path, {}).get("grants")
        for grantee, words in grants.items() if isinstance(grants, dict) else ():
            passes_on = grantee in facts.clients and any("GRANT OPTION" in str(word) for word in words)
            if grantee == "PUBLIC" or passes_on:
                what = "may pass its grant on" if passes_on else "every role, also of the future, holds a grant"
                yield Problem(
                    f"{grantee} {what}" if passes_on else what,
                    f"{relation.kind} {relation.name}",
                    f"REVOKE ALL ON {relation.name} FROM {grantee}; -- and grant to the roles that are meant",
                )
