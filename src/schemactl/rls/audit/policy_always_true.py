"""A policy lets clients write every row.

Why: `true`, and "is signed in", ask nothing of the row: row security is as good as off for those roles.

Bad:

    CREATE POLICY anyone ON orders FOR ALL TO authenticated USING (auth.uid() IS NOT NULL);

Good:

    CREATE POLICY own ON orders FOR ALL TO authenticated USING (user_id = (SELECT auth.uid()));

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, asks, guards, text_of, ways
from schemactl.sql.ddl.expressions import always_true, columns, has_subquery, tree
from schemactl.sql.nodes import Node, walk

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """A way to satisfy the condition that holds for every row and whoever is signed in."""
    for guard in guards(facts):
        if not guard.policy.permissive or not guard.writes or floored(facts, guard):
            continue
        inserts = guard.policy.command == "insert"
        condition, other = (guard.check, None) if inserts else (guard.using, guard.check)
        if condition and open_to_all(facts, condition) and (other is None or open_to_all(facts, other)):
            yield Problem(
                f"{_who(guard)} {'write' if guard.policy.command == 'all' else guard.policy.command} any row: "
                "it asks nothing of the row",
                guard.title,
                "Ask whose row it is: USING (user_id = (SELECT auth.uid())).",
                Severity.INFO if inserts else None,
            )


def open_to_all(facts: Facts, condition: Node) -> bool:
    """Whether it always holds, or for whoever is signed in."""
    return always_true(condition) or any(all(_signed_in(facts, part) for part in way) for way in ways(condition))


def floored(facts: Facts, guard: Guard) -> bool:
    """Whether restrictive policies bind every client of the policy, in all that it is about."""
    mine = [p for p in guard.table.policies if not p.permissive and not always_true(tree(p.using or p.check or "true"))]
    return all(
        any(p.command in ("all", guard.policy.command) and p.roles & facts.identities(client) for p in mine)
        for client in guard.clients
    )


def _signed_in(facts: Facts, node: Node) -> bool:
    if any(columns(node)) or (has_subquery(node) and any(kind == "RangeVar" for kind, _ in walk(node))):
        return False
    test = node.get("NullTest")
    if test:
        return test.get("nulltesttype") == "IS_NOT_NULL" and asks(facts, node)
    inner = node.get("A_Expr", {})
    return asks(facts, node) and text_of(inner.get("rexpr")) == "authenticated"


def _who(guard: Guard) -> str:
    return ", ".join(guard.clients)
