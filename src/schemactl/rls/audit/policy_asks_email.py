"""A policy goes by the email address of the session.

Why: an address proves nobody unless it was verified, it changes, and Ada@x.org is not ada@x.org; a domain match lets in
whoever registers an address of that ending.

Bad:

    CREATE POLICY invited ON invites TO authenticated USING (email = (SELECT auth.email()));

Good:

    CREATE POLICY invited ON invites TO authenticated USING (user_id = (SELECT auth.uid()));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import comparisons, email, guards

SEVERITY = Severity.WARNING
_VERIFIED = ("email_verified", "email_confirmed_at")


def check(facts: Facts) -> Iterator[Problem]:
    """A comparison with the address, and no question whether it is verified."""
    for guard in guards(facts):
        matches = (
            email(side)
            for condition in guard.conditions
            for _, *sides in comparisons(condition, "=", "~~", "~~*", "~", "~*")
            for side in sides
        )
        if any(matches) and not any(word in guard.text for word in _VERIFIED):
            yield Problem(
                "it goes by the email address that the session claims, verified or not",
                guard.title,
                "Compare auth.uid() with a key; or ask for the claim email_verified as well, in lower case.",
            )
