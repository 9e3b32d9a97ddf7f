"""A permissive policy names no role: it is for everybody, roles of the future too.

Why: without TO a policy is for PUBLIC, and so for who is not signed in.

Bad:

    CREATE POLICY service ON jobs FOR UPDATE USING (true);

Good:

    CREATE POLICY own ON jobs FOR UPDATE TO authenticated USING (owner = me());

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import PUBLIC, Facts, Problem
from schemactl.rls.audit._guards import asks, guards
from schemactl.sql.ddl.expressions import always_false

SEVERITY = Severity.WARNING
_SERVICE = re.compile(r"service[ _-]?role", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Problem]:
    """PUBLIC, a grant that makes it matter, and a condition that does not ask who is there.

    One that only reads may be meant so, unless its name says that it is for the service role; one that holds for no row
    harms nobody.
    """
    for guard in guards(facts):
        asking = any(asks(facts, condition) for condition in guard.conditions)
        nothing = bool(guard.conditions) and all(map(always_false, guard.conditions))
        if guard.policy.permissive and PUBLIC in guard.policy.roles and not asking and not nothing:
            service = _SERVICE.search(guard.policy.name)
            plain = None if guard.writes else Severity.INFO
            yield Problem(
                "its name says the service role, and it is for everybody: it names no role and does not ask who is there"
                if service
                else "it names no role and does not ask who is there: it is for everybody",
                guard.title,
                f"ALTER {guard.title.replace('policy', 'POLICY', 1)} TO {'service_role' if service else 'authenticated'};"
                f"{'' if service else ' -- or whoever is meant'}",
                Severity.ERROR if service else plain,
            )
