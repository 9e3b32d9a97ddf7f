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
from schemactl.rls.audit._definers import definers
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.WARNING
_PERSON = re.compile(r"\b(?:p_|_)?(user|owner|account|tenant|org|customer)(_?id)?\b")


def check(facts: Facts) -> Iterator[Problem]:
    """An argument that is called like a person, and a body that does not ask for the session, nor what it calls.

    One that tells yes or no is what policies are made of; one that everybody may call has a rule of its own.
    """
    for one in definers(facts):
        person = None if one.open else _PERSON.search(str(one.function.get("arguments", "")))
        if person and not one.effect.asks and not one.tells and (one.secret or one.effect.writes):
            yield Problem(
                f"{one.who} call it with anybody's {person[0]}: it never asks who calls",
                one.title,
                "Take the caller from the session (auth.uid(), current_setting) instead of an argument.",
            )
