"""Clients may write the rows that a policy goes by.

Why: who inserts his own membership, or raises his own role, lets himself in: two allowed statements make one forbidden.

Bad:

    CREATE POLICY join_in ON members FOR INSERT TO authenticated WITH CHECK (user_id = (SELECT auth.uid()));

Good:

    -- no INSERT for clients: a SECURITY DEFINER function takes the invitation and makes the membership

Since: 0.1.0
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import Guard, asks, bodies, guards, own_columns
from schemactl.rls.relations import Path, Relation
from schemactl.sql.ddl.expressions import alternatives, calls, columns, conjuncts, disjuncts, has_subquery
from schemactl.sql.ddl.words import relation
from schemactl.sql.nodes import Node, walk

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """A table that another table's policy reads together with the session, and a client's policy that pins the person alone."""
    every = list(guards(facts))
    asked: dict[tuple[str, ...], list[_Question]] = {}
    doors: dict[Path, list[Guard]] = {}
    for door in every:
        doors.setdefault(door.table.path, []).append(door)
    told = set()
    for guard in every:
        for question in _questions(facts, guard, asked):
            for door in doors.get(question.table.path, ()) if question.table.path != guard.table.path else ():
                column = _let_in(facts, door, question) if door.title not in told else None
                if column:
                    told.add(door.title)
                    yield Problem(
                        f"{', '.join(door.clients)} choose {column} of their own rows, and {guard.title} goes by it: "
                        "who writes it lets himself in",
                        door.title,
                        f"Take the write from clients; let a SECURITY DEFINER function decide who gets which {column}.",
                    )


@dataclass(frozen=True, eq=False)
class _Question:
    """A query of a policy, or of a function that it calls, about a table: the ways in which a row of it answers yes."""

    table: Relation
    alias: str
    ways: tuple[tuple[Node, ...], ...]
    answers: frozenset[str]

    def read(self, node: Node) -> set[str]:
        """The columns of the table that a part of it names."""
        named = (name for name in columns(node) if len(name) == 1 or name[-2] == self.alias)
        return {name[-1] for name in named if name[-1] in self.table.columns}

    def goes_by(self, facts: Facts, pinned: set[str]) -> set[str]:
        """The columns by which a row of one's own, told by those pinned, answers yes.

        Not those of a way that does not ask whose the row is: it lets others in. Not one about which the session is asked
        as well, `is_admin(org_id)`: whoever chooses it is entitled to it.
        """
        found: set[str] = set()
        for way in self.ways:
            mine = [part for part in way if self.read(part) & pinned]
            others = [part for part in way if not self.read(part) & pinned]
            if not mine:
                continue
            open_ = {name for part in others if not self._entitled(facts, part) for name in self.read(part)}
            entitled = {name for part in others if self._entitled(facts, part) for name in self.read(part)}
            found |= self.answers | (open_ - entitled)
        return found - pinned

    def _entitled(self, facts: Facts, part: Node) -> bool:
        return any(any(self.read({"call": call})) for _, call in calls(part)) and asks(facts, part)


def _questions(facts: Facts, guard: Guard, asked: dict[tuple[str, ...], list[_Question]]) -> Iterator[_Question]:
    """Its own, and those of the functions that it calls; `asked` keeps what each function asks."""
    for condition in guard.conditions:
        if has_subquery(condition) and asks(facts, condition):
            yield from _selects(facts, condition)
    for path, _ in bodies(facts, guard):
        if path not in asked:
            body = facts.effects.body(path) if facts.effects.asks(path) else None
            selects = body.nodes.get("SelectStmt", ()) if body else ()
            asked[path] = [question for select in selects for question in _asked(facts, select)]
        yield from asked[path]


def _selects(facts: Facts, node: Node) -> Iterator[_Question]:
    for kind, select in walk(node):
        if kind == "SelectStmt":
            yield from _asked(facts, select)


def _asked(facts: Facts, select: Node) -> Iterator[_Question]:
    source = select.get("fromClause")
    named = [inner for kind, inner in walk(source, into_subqueries=False) if kind == "RangeVar"]
    tables = [(inner, table) for inner in named if (table := facts.relation(relation(inner)))]
    if tables:
        quals = [inner["quals"] for kind, inner in walk(source) if kind == "JoinExpr" and "quals" in inner]
        quals += [select["whereClause"]] if "whereClause" in select else []
        ways = tuple(map(tuple, alternatives({"BoolExpr": {"boolop": "AND_EXPR", "args": quals}})))
        for inner, table in tables:
            alias = inner.get("alias", {}).get("aliasname", table.path[1])
            question = _Question(table, alias, ways, frozenset())
            yield replace(question, answers=frozenset(question.read({"targetList": select.get("targetList", ())})))


def _let_in(facts: Facts, door: Guard, question: _Question) -> str | None:
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
            asked = question.goes_by(facts, pinned) - alone
            free = [name for name in door.table.columns if name in asked and _writable(facts, door, name)]
            if pinned and free and not _set_by_trigger(facts, door.table):
                return free[0]
    return None


def _pins_person(facts: Facts, part: Node) -> bool:
    plain = not has_subquery(part) or not any(kind == "RangeVar" for kind, _ in walk(part))
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
