"""Everybody may call a SECURITY DEFINER function.

Why: it runs with the rights of its owner, and EXECUTE is PUBLIC by default (CREATE FUNCTION, "Writing SECURITY DEFINER functions safely").

Bad:

    CREATE FUNCTION wipe() RETURNS void SECURITY DEFINER …

Good:

    REVOKE EXECUTE ON FUNCTION wipe() FROM PUBLIC;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, named
from schemactl.rls.audit._guards import bodies, guards

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """EXECUTE for PUBLIC. Fragile, and no leak by itself, where it asks who calls, or tells yes or no, or a policy calls it."""
    helpers = {path for guard in guards(facts) for path, _ in bodies(facts, guard)}
    for path, function in facts.functions():
        triggers = function.get("result") in ("trigger", "event_trigger")
        if function.get("security_definer") and not triggers and "PUBLIC" in facts.executors(path):
            tells = function.get("volatility") != "volatile" and function.get("result") == "boolean"
            guarded = tells or path in helpers or path[:2] in facts.asking
            yield Problem(
                f"PUBLIC may call it, and it runs with the rights of {function.get('owner')}",
                f"function {named(path)}",
                f"REVOKE EXECUTE ON FUNCTION {named(path)} FROM PUBLIC;",
                Severity.WARNING if guarded else None,
            )
