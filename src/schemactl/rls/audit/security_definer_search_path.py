"""A SECURITY DEFINER function does not pin its search_path.

Why: the caller's search_path decides which tables and functions it means, temporary ones first (CREATE FUNCTION).

Bad:

    CREATE FUNCTION f() … SECURITY DEFINER AS …

Good:

    CREATE FUNCTION f() … SECURITY DEFINER SET search_path = '' AS …

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, named

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """No search_path among its settings."""
    for path, function in facts.functions():
        settings = function.get("settings") or []
        pinned = any(str(one).startswith("search_path=") for one in settings) if isinstance(settings, list) else False
        if function.get("security_definer") and not pinned:
            yield Problem(
                "it runs with its owner's rights and with the caller's search_path",
                f"function {named(path)}",
                f"ALTER FUNCTION {named(path)} SET search_path = '';",
            )
