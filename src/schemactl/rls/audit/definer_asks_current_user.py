"""A SECURITY DEFINER function goes by CURRENT_USER, which is its owner whoever calls.

Why: inside it the user is switched to the owner (CREATE FUNCTION, SECURITY DEFINER): the comparison lets everybody through, or nobody.

Bad:

    CREATE FUNCTION top_up() … SECURITY DEFINER AS $$ BEGIN IF current_user <> 'postgres' THEN RAISE …

Good:

    … IF auth.role() <> 'service_role' THEN RAISE … -- or session_user, where clients sign in themselves

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._effects import CURRENT
from schemactl.rls.audit._facts import Facts, Problem, listed, named
from schemactl.rls.audit._guards import uncast
from schemactl.sql.ddl.bodies import Body

SEVERITY = Severity.WARNING
_SPELLED = re.compile(r"\bcurrent_(?:user|role)\b|[=<>(,]\s*user\b|\buser\s*(?:[=<>!]|in\b)", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Problem]:
    """A comparison with it in the body; an error where clients may call the function."""
    for kind in ("function", "procedure"):
        for path, function in facts.functions(kind):
            spelled = function.get("security_definer") and _SPELLED.search(str(function.get("body")))
            body = facts.effects.body(path) if spelled else None
            if body and _compares(body):
                trigger = function.get("result") in ("trigger", "event_trigger")
                clients = [] if trigger else facts.executors(path, kind)
                yield Problem(
                    f"it compares CURRENT_USER, which is its owner {function.get('owner')} whoever calls"
                    + (f", and {listed(clients)} may" if clients else ""),
                    f"{kind} {named(path)}",
                    "Ask the session: auth.uid(), auth.role(), a setting, or session_user; or make it SECURITY INVOKER.",
                    Severity.ERROR if clients else None,
                )


def _compares(body: Body) -> bool:
    sides = (inner.get(side) for inner in body.nodes.get("A_Expr", ()) for side in ("lexpr", "rexpr"))
    return any(side.get("SQLValueFunction", {}).get("op") in CURRENT for side in map(uncast, sides))
