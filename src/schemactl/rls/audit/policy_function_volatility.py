"""A policy calls a function whose volatility is wrong: VOLATILE, or IMMUTABLE and reading the session.

Why: a VOLATILE function runs once a row; the answer of an IMMUTABLE one may be kept from another session (PostgreSQL manual, 38.7).

Bad:

    CREATE FUNCTION me() RETURNS uuid IMMUTABLE … current_setting('app.user_id') …

Good:

    CREATE FUNCTION me() RETURNS uuid STABLE … current_setting('app.user_id') …

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, conditions, named, session, title

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """Volatile, or immutable with a body that asks who is there."""
    seen = set()
    for table in facts.tables:
        for policy, text in conditions(table):
            for path, function in facts.calls(text):
                volatility = function.get("volatility")
                lies = volatility == "immutable" and session(str(function.get("body")))
                if (volatility == "volatile" or lies) and path not in seen:
                    seen.add(path)
                    what = "runs once a row" if volatility == "volatile" else "may answer for another session"
                    yield Problem(
                        f"it is {volatility} and {title(policy)} calls it: it {what}",
                        f"function {named(path)}",
                        f"ALTER FUNCTION {named(path)} STABLE;",
                    )
