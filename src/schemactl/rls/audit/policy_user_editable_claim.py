"""A policy trusts what users can edit themselves.

Why: user_metadata (raw_user_meta_data) is written by the signed-in user through the client library; app_metadata is
not.

Bad:

    CREATE POLICY admins ON orders FOR ALL TO authenticated USING ((auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');

Good:

    CREATE POLICY admins ON orders FOR ALL TO authenticated USING ((auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, named
from schemactl.rls.audit._guards import bodies, guards

SEVERITY = Severity.ERROR
_EDITABLE = re.compile(r"\buser_metadata\b|\braw_user_meta_data\b")


def check(facts: Facts) -> Iterator[Problem]:
    """The word in a condition, or in a function that it calls."""
    for guard in guards(facts):
        through = [
            named(path) for path, function in bodies(facts, guard) if _EDITABLE.search(str(function.get("body")))
        ]
        if _EDITABLE.search(guard.text) or through:
            yield Problem(
                f"it trusts user_metadata{f' in {through[0]}' if through else ''}, which every user can edit",
                guard.title,
                "Use app_metadata, or a table of roles that clients cannot write.",
            )
