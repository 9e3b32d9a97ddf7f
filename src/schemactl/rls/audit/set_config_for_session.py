"""A function sets who is there for the whole session.

Why: with a pooler the connection goes to the next client, and what the function said of this one with it.

Bad:

    PERFORM set_config('app.user_id', id::text, false);

Good:

    PERFORM set_config('app.user_id', id::text, true);

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, named
from schemactl.rls.audit._guards import bodies, guards

SEVERITY = Severity.WARNING
_CALL = re.compile(
    r"set_config\s*\(\s*'([\w.]+)'\s*,(?:[^();]|\((?:[^()]|\([^()]*\))*\))*,\s*(?:is_local\s*=>\s*)?false\s*\)",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Problem]:
    """set_config(…, false) of a setting that some policy, or a function that it calls, asks for."""
    met = guards(facts)
    texts = [guard.text for guard in met]
    texts += {str(function.get("body")) for guard in met for _, function in bodies(facts, guard)}
    for path, function in facts.functions():
        for setting in dict.fromkeys(_CALL.findall(str(function.get("body")))):
            if any(f"'{setting}'" in text for text in texts):
                yield Problem(
                    f"it sets {setting} for the session, and policies ask for it: the next client of the connection "
                    "is taken for this one",
                    f"function {named(path)}",
                    "Set it for the transaction: set_config(…, true), or SET LOCAL.",
                )
                break
