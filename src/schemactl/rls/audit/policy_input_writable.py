"""Clients may write the rows that a policy goes by.

Why: who inserts his own membership, or raises his own role, lets himself in: two allowed statements make one forbidden.

Bad:

    CREATE POLICY join_in ON members FOR INSERT TO authenticated WITH CHECK (user_id = (SELECT auth.uid()));

Good:

    -- no INSERT for clients: a SECURITY DEFINER function takes the invitation and makes the membership

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, asks, bodies, guards, own_columns
from schemactl.rls.relations import Path, Relation
from schemactl.sql.ddl.expressions import calls, columns, conjuncts, disjuncts, has_subquery, tables
from schemactl.sql.nodes import Node

SEVERITY = Severity.ERROR
_FROM = re.compile(r"\b(?:from|join)\s+(?:\w+\.)?\"?(\w+)", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def check(facts: Facts) -> Iterator[Problem]:
    """A table that another table's policy reads together with the session, and a client's policy that pins the person alone."""
    every = list(guards(facts))
    told = set()
    for guard in every:
        for input_, asked in _inputs(facts, guard):
            for door in every:
                if door.table.path != input_ or input_ == guard.table.path or door.title in told:
                    continue
                column = _let_in(facts, door, asked)
                if column:
                    told.add(door.title)
                    yield Problem(
                        f"{', '.join(door.clients)} choose {column} of their own rows, and {guard.title} goes by it: "
                        "who writes it lets himself in",
                        door.title,
                        f"Take the write from clients; let a SECURITY DEFINER function decide who gets which {column}.",
                    )


def _inputs(facts: Facts, guard: Guard) -> Iterator[tuple[Path, set[str]]]:
    """The tables that the policy, or a function that it calls, asks about the session, and the columns that it reads."""
    for condition in guard.conditions:
        if has_subquery(condition) and asks(facts, condition):
            for name in tables(condition):
                read = {
                    column[-1] for column in columns(condition) if len(column) == 1 or column[-2] != guard.table.path[1]
                }
                yield (name.schema or "public", name.name), read
    for path, function in bodies(facts, guard):
        if path[:2] in facts.asking:
            body = str(function.get("body"))
            named, words = {name.lower() for name in _FROM.findall(body)}, set(_WORD.findall(body))
            for relation in facts.tables:
                if relation.path[1] in named:
                    yield relation.path, words & set(relation.columns)


def _let_in(facts: Facts, door: Guard, asked: set[str]) -> str | None:
    """A column that the policy goes by and the writer chooses: his condition pins nothing but the person."""
    policy = door.policy
    if not policy.permissive or policy.command not in ("insert", "update", "all"):
        return None
    condition = door.check or (None if policy.command == "insert" else door.using)
    if condition is None:
        return None
    for way in disjuncts(condition):
        parts = list(conjuncts(way))
        if all(_pins_person(facts, part) for part in parts):
            pinned = {name for part in parts for name in own_columns(door, part)}
            alone = {columns[0] for columns in (door.table.key, *door.table.unique) if len(columns) == 1}
            free = [n for n in door.table.columns if n in asked - pinned - alone and _writable(facts, door, n)]
            if pinned and free and not _set_by_trigger(facts, door.table):
                return free[0]
    return None


def _pins_person(facts: Facts, part: Node) -> bool:
    plain = not has_subquery(part) or not any(tables(part))
    foreign = [name for name, _ in calls(part) if name.schema not in ("auth", "pg_catalog", None)]
    return plain and "A_Expr" in part and asks(facts, part) and len(foreign) <= 1


def _writable(facts: Facts, door: Guard, name: str) -> bool:
    words = {"insert": ("INSERT",), "update": ("UPDATE",), "all": ("INSERT", "UPDATE")}[door.policy.command]
    column = door.table.columns[name]
    held = [set(facts.column_holders(door.table, name, word)) for word in words]
    return column.writable and any({*door.clients, "PUBLIC"} & one for one in held)


def _set_by_trigger(facts: Facts, table: Relation) -> bool:
    """Whether a trigger stands before the write: what it lets through the catalog does not say."""
    found = facts.snapshot.of_kind("trigger").items()
    return any(path[:2] == table.path and "BEFORE" in str(attributes.get("definition")) for path, attributes in found)
