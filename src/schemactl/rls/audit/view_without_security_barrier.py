"""A view chooses rows for the session with its owner's rights, without being a barrier.

Why: without security_barrier a cheap function of the caller may be run on rows before the view's own condition, and
tell what is in them (Rules and Privileges).

Bad:

    CREATE VIEW my_orders AS SELECT * FROM orders WHERE user_id = auth.uid();

Good:

    CREATE VIEW my_orders WITH (security_invoker = true) AS SELECT * FROM orders; -- and policies on orders

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, listed, session, switched_on

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """A view that clients read, runs as its owner, and has the session in its WHERE."""
    for view in facts.exposed:
        clients = facts.holders(view, "SELECT")
        definition = str(facts.snapshot.of_kind(view.kind).get(view.path, {}).get("definition", ""))
        chooses = session(definition.partition("WHERE")[2])
        on = switched_on(view, "security_barrier", "security_invoker")
        if view.kind == "view" and clients and chooses and not on:
            yield Problem(
                f"{listed(clients)} read it, and a function of theirs may see rows before its WHERE does",
                f"view {view.name}",
                f"ALTER VIEW {view.name} SET (security_barrier = true); better security_invoker and policies.",
            )
