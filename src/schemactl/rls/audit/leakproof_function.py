"""A function of the project is LEAKPROOF: it may be run before row security filters rows.

Why: the planner trusts that such a function tells nothing of its arguments; one that raises errors with them does (PostgreSQL manual, 39.5).

Bad:

    CREATE FUNCTION same(text, text) … LEAKPROOF …

Good:

    ALTER FUNCTION same(text, text) NOT LEAKPROOF;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, named

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """The mark itself; only superusers can set it."""
    for path, function in facts.functions():
        if function.get("leakproof"):
            yield Problem(
                "LEAKPROOF: it sees rows before row security hides them",
                f"function {named(path)}",
                f"ALTER FUNCTION {named(path)} NOT LEAKPROOF;",
            )
