"""A SECURITY DEFINER function that clients may call takes the person as an argument and never asks who calls.

Why: whoever calls it names anybody's key.

Bad:

    CREATE FUNCTION my_orders(user_id uuid) … SECURITY DEFINER AS $$ SELECT * FROM orders o WHERE o.user_id = $1 $$

Good:

    … WHERE o.user_id = auth.uid()

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, listed, named

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """An argument that is called like a person, and a body that does not ask for the session, nor what it calls.

    One that tells yes or no is what policies are made of.
    """
    for path, function in facts.functions():
        clients = facts.executors(path)
        arguments = str(function.get("arguments", ""))
        person = re.search(r"\b(?:p_|_)?(user|owner|account|tenant|org|customer)(_?id)?\b", arguments)
        tells = function.get("volatility") != "volatile" and function.get("result") == "boolean"
        if function.get("security_definer") and clients and person and not tells and path[:2] not in facts.asking:
            yield Problem(
                f"{listed(clients)} call it with anybody's {person[0]}: it never asks who calls",
                f"function {named(path)}",
                "Take the caller from the session (auth.uid(), current_setting) instead of an argument.",
            )
