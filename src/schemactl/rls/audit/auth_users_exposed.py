"""A view that clients can read shows auth.users.

Why: e-mail addresses and sign-in data of everybody are one SELECT away.

Bad:

    CREATE VIEW people AS SELECT id, email FROM auth.users; GRANT SELECT ON people TO anon;

Good:

    A table of profiles of its own, with row security.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, listed

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """A grant on a view whose definition names it."""
    for view in facts.exposed:
        clients = facts.holders(view, "SELECT")
        definition = str(facts.snapshot.of_kind(view.kind).get(view.path, {}).get("definition", ""))
        if view.kind in ("view", "materialized view") and clients and "auth.users" in definition:
            yield Problem(
                f"{listed(clients)} read auth.users through it",
                f"{view.kind} {view.name}",
                f"DROP {view.kind.upper()} {view.name};",
            )
