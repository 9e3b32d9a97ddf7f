"""A policy asks for current_user where many people share a role.

Why: behind a pooler, or an API that switches to `authenticated`, current_user is that role for everybody; inside a
SECURITY DEFINER function it is the function's owner; session_user is who opened the connection.

Bad:

    CREATE POLICY own ON notes TO authenticated USING (owner_name = current_user);

Good:

    CREATE POLICY own ON notes TO authenticated USING (owner_id = (SELECT auth.uid()));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import guards
from schemactl.sql.nodes import walk

SEVERITY = Severity.WARNING
_VALUES = {
    "SVFOP_CURRENT_USER": "current_user",
    "SVFOP_SESSION_USER": "session_user",
    "SVFOP_USER": "user",
    "SVFOP_CURRENT_ROLE": "current_role",
}


def check(facts: Facts) -> Iterator[Problem]:
    """The word in a condition, for a role that cannot log in and so stands for many people."""
    for guard in guards(facts):
        shared = [name for name in guard.clients if not facts.roles[name].login]
        found = [
            _VALUES[str(inner.get("op"))]
            for condition in guard.conditions
            for kind, inner in walk(condition)
            if kind == "SQLValueFunction" and inner.get("op") in _VALUES
        ]
        if found and shared:
            yield Problem(
                f"{found[0]} is the same for everybody who acts as {', '.join(shared)}",
                guard.title,
                "Ask what the session says of the person: auth.uid(), or current_setting('app.user_id', true).",
            )
