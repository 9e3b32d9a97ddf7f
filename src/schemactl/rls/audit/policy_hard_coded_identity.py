"""A policy names one person by a literal.

Why: the key of a person in a migration is wrong in every other environment, and stays when the person leaves.

Bad:

    CREATE POLICY boss ON orders TO authenticated USING ((SELECT auth.uid()) = '4b1c…');

Good:

    CREATE POLICY boss ON orders TO authenticated USING ((SELECT is_admin()));

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import asks, email, guards, text_of
from schemactl.sql.nodes import Node, walk

SEVERITY = Severity.WARNING
_KEY = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[^@\s%]+@[^@\s%]+\.\w+")


def check(facts: Facts) -> Iterator[Problem]:
    """Who-is-there compared with a key or an address."""
    for guard in guards(facts):
        spelled = guard.conditions if _KEY.search(guard.text) else ()
        found = [key for condition in spelled for key in _keys(facts, condition)]
        if found:
            yield Problem(
                f"it is for {found[0]} alone, in every environment and for ever",
                guard.title,
                "Keep such people in a table that clients cannot write, or in app_metadata.",
            )


def _keys(facts: Facts, condition: Node) -> Iterator[str]:
    for kind, inner in walk(condition):
        if kind == "A_Expr" and (
            asks(facts, inner.get("lexpr")) or email(inner.get("lexpr")) or asks(facts, inner.get("rexpr"))
        ):
            for part, value in walk([inner.get("lexpr"), inner.get("rexpr")]):
                text = text_of({part: value}) if part == "A_Const" else None
                if text and _KEY.fullmatch(text):
                    yield text
