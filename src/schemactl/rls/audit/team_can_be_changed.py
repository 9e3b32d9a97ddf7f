"""Whoever is in two teams can move a row from one to the other.

Why: WITH CHECK sees the new row alone, not the old one: both teams are his, so that the move passes (CREATE POLICY).

Bad:

    GRANT UPDATE ON docs TO authenticated; -- USING (org_id IN (SELECT my_orgs()))

Good:

    GRANT UPDATE (title, body) ON docs TO authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, asks, bodies, guards, own_columns
from schemactl.sql.ddl.expressions import columns, tables
from schemactl.sql.nodes import Node, walk

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """A column that policies look up among the person's teams, and that clients may change; no trigger keeps it."""
    told = set()
    for guard in guards(facts):
        if guard.policy.command not in ("update", "all") or not guard.policy.permissive:
            continue
        for condition in guard.conditions:
            for column in sorted(_looked_up(facts, guard, condition)):
                holders = facts.column_holders(guard.table, column, "UPDATE")
                if (
                    set(holders) & {*guard.clients, "PUBLIC"}
                    and guard.table.path not in told
                    and not _kept(facts, guard)
                ):
                    told.add(guard.table.path)
                    yield Problem(
                        f"{', '.join(guard.clients)} may change {column}: who is in two teams moves rows between them",
                        f"table {guard.table.name}",
                        f"Grant UPDATE on the other columns alone, or keep {column} by a BEFORE UPDATE trigger.",
                    )


def _looked_up(facts: Facts, guard: Guard, condition: Node) -> set[str]:
    """Own columns that are compared with what a subquery over another table finds for the person."""
    found: set[str] = set()
    for kind, inner in walk(condition):
        if kind != "SubLink" or not any(tables(inner)) or not asks(facts, {kind: inner}):
            continue
        test = {name[-1] for name in columns(inner.get("testexpr")) if len(name) == 1}
        inside = {name[-1] for name in columns(inner) if len(name) > 1 and name[-2] == guard.table.path[1]}
        found |= (test | inside) & set(guard.table.columns)
    for path, _ in bodies(facts, guard):
        for kind, inner in walk(condition):
            if kind == "FuncCall" and inner["funcname"][-1]["String"]["sval"] == path[1]:
                found |= own_columns(guard, {"List": {"items": inner.get("args", [])}})
    return found - set(guard.table.key)


def _kept(facts: Facts, guard: Guard) -> bool:
    triggers = facts.snapshot.of_kind("trigger").items()
    return any(path[:2] == guard.table.path and "BEFORE" in str(a.get("definition")) for path, a in triggers)
