"""A policy only asks whether a column holds a value.

Why: `share_token IS NOT NULL` does not ask for the token: whoever lists the table gets every row that has one, tokens
included. Row security cannot see what the client asked for.

Bad:

    CREATE POLICY shared ON songs FOR SELECT TO anon USING (share_token IS NOT NULL);

Good:

    CREATE FUNCTION shared_song(token uuid) RETURNS SETOF songs LANGUAGE sql SECURITY DEFINER SET search_path = ''
      AS 'SELECT * FROM public.songs WHERE share_token = token';

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import guards, own_columns
from schemactl.sql import identity

SEVERITY = Severity.ERROR
_SECRET = re.compile(r"token|secret|password|invit|session|hash|otp|pin_?code|access_?code")


def check(facts: Facts) -> Iterator[Problem]:
    """IS NOT NULL tests alone as one way to satisfy it; `published_at IS NOT NULL` is worth a line, a token is a leak.

    What is only written with a token may be planted for whoever waits for it: fragile. A form that asks for an address
    is meant so.
    """
    for guard in guards(facts):
        inserts = guard.policy.command == "insert"
        condition = guard.check if inserts else guard.using
        if not guard.policy.permissive or not identity.presence_only(condition):
            continue
        secret = any(_SECRET.search(name) for name in own_columns(guard, condition))
        if inserts and secret:
            yield Problem(
                f"{', '.join(guard.clients)} insert rows with any value there: nobody is asked whose it is",
                guard.title,
                "Ask in WITH CHECK whose value it is, or take the row through a SECURITY DEFINER function that does.",
                Severity.WARNING,
            )
        elif not inserts:
            yield Problem(
                f"{', '.join(guard.clients)} list every row that holds a value there: nobody is asked for the value",
                guard.title,
                "Take the value as an argument of a SECURITY DEFINER function that returns the one row.",
                None if secret else Severity.INFO,
            )
