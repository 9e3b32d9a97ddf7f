"""A SECURITY DEFINER trigger runs when clients write: what it writes no policy binds.

Why: a plain trigger function runs as who sends the statement; this one as its owner.

Bad:

    CREATE FUNCTION copy() RETURNS trigger SECURITY DEFINER …; CREATE TRIGGER … ON notes …

Good:

    CREATE FUNCTION copy() RETURNS trigger SECURITY INVOKER …

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import WRITES, Facts, Problem

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """The trigger, on a table that a client may write."""
    functions = {f"{path[0]}.{path[1]}": function for path, function in facts.functions()}
    for path, trigger in facts.snapshot.of_kind("trigger").items():
        table = facts.relations.get((path[0], path[1]))
        function = functions.get(str(trigger.get("function", "")).partition("(")[0].replace('"', ""))
        if table and function and function.get("security_definer") and facts.holders(table, *WRITES):
            yield Problem(
                f"its function {trigger.get('function')} runs as {function.get('owner')} when clients write",
                f"trigger {path[-1]} on {table.name}",
                "Read it with that in mind, or make the function SECURITY INVOKER.",
            )
