"""Everybody may call a SECURITY DEFINER function: PUBLIC, or who is not signed in.

Why: it runs with the rights of its owner, and EXECUTE is PUBLIC by default (CREATE FUNCTION, "Writing SECURITY DEFINER
functions safely"). On Supabase default privileges grant it to anon as well, and REVOKE … FROM PUBLIC leaves that standing.

Bad:

    CREATE FUNCTION wipe() RETURNS void SECURITY DEFINER …

Good:

    REVOKE EXECUTE ON FUNCTION wipe() FROM PUBLIC, anon;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._definers import Definer, definers
from schemactl.rls.audit._facts import PUBLIC, Facts, Problem, grantees, named

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """An error where it writes, or answers from what the caller may not read, and never asks who calls.

    Fragile, and no leak by itself, where the answer is yes or no, or where it only starts work that it chooses itself. Worth a
    line where it asks who calls, or tells what anybody may read.
    """
    for one in definers(facts):
        if one.open:
            severity, message = one.judged()
            if severity is Severity.INFO and not one.for_all:
                continue  # somebody granted it to anon and did well
            yield Problem(message, one.title, _hint(one), severity)


def _hint(one: Definer) -> str:
    able = dict.fromkeys((PUBLIC, *one.clients))
    holders = [name for name in able if one.facts.granted(one.path, one.kind, name)] or one.clients
    revoke = f"REVOKE EXECUTE ON {one.kind.upper()} {named(one.path)} FROM {grantees(holders)};"
    return f"{revoke} GRANT it again to the roles of the policies that call it." if one.helps else revoke
