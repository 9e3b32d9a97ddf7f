"""A policy uses what the session says as a pattern.

Why: whoever can have % or .* in a claim matches everything.

Bad:

    CREATE POLICY team ON files TO authenticated USING (path LIKE (auth.jwt() ->> 'folder') || '%');

Good:

    CREATE POLICY team ON files TO authenticated USING (split_part(path, '/', 1) = (auth.jwt() ->> 'folder'));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import asks, comparisons, guards

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """LIKE or a regular expression whose right side asks the session."""
    for guard in guards(facts):
        found = [c for condition in guard.conditions for c in comparisons(condition, "~~", "~~*", "~", "~*")]
        if any(asks(facts, pattern) for _, _, pattern in found):
            yield Problem(
                "a value of the session is its pattern: % or .* in it matches every row",
                guard.title,
                "Compare with =, or starts_with(column, value).",
            )
