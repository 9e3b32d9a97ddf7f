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
    """IS NOT NULL tests alone as one way to satisfy it; `published_at IS NOT NULL` is worth a line, a token is a leak."""
    for guard in guards(facts):
        if guard.policy.permissive and guard.policy.command != "insert" and identity.presence_only(guard.using):
            secret = any(_SECRET.search(name) for name in own_columns(guard, guard.using))
            yield Problem(
                f"{', '.join(guard.clients)} list every row that holds a value there: nobody is asked for the value",
                guard.title,
                "Take the value as an argument of a SECURITY DEFINER function that returns the one row.",
                None if secret else Severity.INFO,
            )
