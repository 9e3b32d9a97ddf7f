"""The scene of a test: rows of every class in every table, and whose each of them is."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemactl.core.results import Json
from schemactl.rls.inserting import Inserter, Row, Unseedable
from schemactl.rls.model import MATE, ORPHAN, OTHER, OWN, ROW, Actor, NamedClass, Policies, TableRules
from schemactl.rls.relations import Path, Reference, Relation, split
from schemactl.sql.names import literal, quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection

SOMEBODY = "f0000000-0000-4000-8000-00000000000f"
"""The key of a person, or a team, that no actor is: there is always somebody else."""


@dataclass(frozen=True, slots=True)
class SeededRow:
    """A row whose owner is known; `owner` is a person's or team's key, None for an orphan; `named` its named class."""

    table: Path
    values: Row
    key: str
    owner: str | None
    owned: bool = True
    named: str | None = None


@dataclass(frozen=True)
class Scene:
    """Everything that was seeded. `unseedable` says of table and class why there is no such row."""

    policies: Policies
    relations: Mapping[Path, Relation]
    inserter: Inserter
    rows: dict[Path, list[SeededRow]] = field(default_factory=dict)
    unseedable: dict[tuple[Path, str], str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def labels(self, row: SeededRow, actor: Actor) -> frozenset[str]:
        """The classes that a row has in the eyes of an actor."""
        own = whose(self.policies, actor, row.owner) if row.owned else ROW
        return frozenset({own} | ({row.named} if row.named else set()))

    def parent(self, rules: TableRules, owner: str | None) -> SeededRow | None:
        """A row of the table that `through` leads to, of this owner."""
        reference = self.reference(rules)
        rows = self.rows.get(reference.table, []) if reference else []
        return next((row for row in rows if row.owner == owner and row.owned), None)

    def reference(self, rules: TableRules) -> Reference | None:
        """The foreign key that `through` names."""
        relation = self.relations.get(rules.path)
        return next((r for r in relation.references if rules.through in r.columns), None) if relation else None

    def given(self, rules: TableRules, owner: str | None) -> dict[str, str | None]:
        """The values that make a row of the table belong to `owner`. Raises Unseedable."""
        values = {name: self._filled(as_text(value), owner) for name, value in rules.values.items()}
        if rules.through:
            reference, parent = self.reference(rules), self.parent(rules, owner)
            if reference is None or parent is None:
                raise Unseedable(f"there is no parent row through {rules.through}")
            pairs = zip(reference.columns, reference.referenced, strict=True)
            return values | {here: parent.values[there] for here, there in pairs}
        return values | {rules.owner: owner} if rules.owner else values

    def _filled(self, text: str | None, owner: str | None) -> str | None:
        """`$owner` stands for the owner's key, `$n` for a number that no other row has."""
        if text is None or "$" not in text:
            return text
        return text.replace("$owner", owner or "nobody").replace("$n", str(next(self.numbers)))

    def owners(self, rules: TableRules) -> tuple[str | None, ...]:
        """The keys that own a row of the table each: persons or teams of the actors, and somebody else."""
        final = self._final(rules)
        actors = self.policies.actors.values()
        names = [name for actor in actors for name in (actor.teams if final.by_team else (actor.person,))]
        keys = dict.fromkeys(self.policies.persons[name] for name in names if name)
        if len(keys) < 2:
            keys[self.policies.people.get("somebody", SOMEBODY)] = None
        return tuple(keys)

    def _final(self, rules: TableRules) -> TableRules:
        """The table where the owner stands: the end of the chain of `through`."""
        seen = {rules.path}
        while rules.through:
            reference = self.reference(rules)
            above = self.policies.tables.get(reference.table) if reference else None
            if above is None or above.path in seen:
                break
            seen.add(above.path)
            rules = above
        return rules


def whose(policies: Policies, actor: Actor, owner: str | None) -> str:
    """The class of a row that belongs to `owner`, seen from the actor."""
    if owner is None:
        return ORPHAN
    mine = {policies.persons[name] for name in (actor.person, *actor.teams) if name}
    if owner in mine:
        return OWN
    mates = (a for a in policies.actors.values() if a.person and policies.persons[a.person] == owner)
    return MATE if any(set(mate.teams) & set(actor.teams) for mate in mates) else OTHER


def build(connection: "Connection", policies: Policies, relations: Mapping[Path, Relation]) -> Scene:
    """Seed every table of the policies, in the open transaction, as superuser or owner."""
    owners = {rules.path: rules.owner for rules in policies.tables.values() if rules.owner}
    secrets = {rules.path: rules.secret for rules in policies.tables.values()}
    scene = Scene(policies, relations, Inserter(connection, relations, owners, secrets))
    _seed_members(scene)
    for rules in policies.tables.values():
        _seed(scene, rules)
    return scene


def key_of(relation: Relation, row: Row) -> str:
    """What tells a row from others; the same text as `key_sql` gives."""
    return "|".join(row[name] or "" for name in relation.key or relation.columns)


def key_sql(relation: Relation, alias: str) -> str:
    """An expression for `key_of`."""
    parts = (f"coalesce({alias}.{quoted(name)}::text, '')" for name in relation.key or relation.columns)
    return "concat_ws('|', " + ", ".join(parts) + ")"


def as_text(value: Json) -> str | None:
    """A value of a YAML file as the server reads it."""
    import orjson

    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _seed_members(scene: Scene) -> None:
    members = scene.policies.members
    if members is None:
        return
    path = split(members.table if "." in members.table else f"public.{members.table}")
    for actor in scene.policies.actors.values():
        for team in actor.teams if actor.person else ():
            keys = scene.policies.persons
            given = {members.person: keys[actor.person or ""], members.team: keys[team]}
            try:
                scene.inserter.ensure(path, given, keys[team])
            except Unseedable as reason:
                scene.unseedable[path, "member"] = str(reason)


def _seed(scene: Scene, rules: TableRules) -> None:
    relation = scene.relations.get(rules.path)
    if rules.path in scene.rows or relation is None or not relation.is_table:
        return
    scene.rows[rules.path] = []
    reference = scene.reference(rules)
    if reference and reference.table in scene.policies.tables:
        _seed(scene, scene.policies.tables[reference.table])
    for label, owner, named in _wanted(scene, rules, relation):
        try:
            scene.rows[rules.path].append(_row(scene, rules, relation, owner, named))
        except Unseedable as reason:
            scene.unseedable[rules.path, label] = str(reason)


def _wanted(scene: Scene, rules: TableRules, relation: Relation) -> Iterator[tuple[str, str | None, NamedClass | None]]:
    """Label, owner and named class of each row."""
    owned = rules.owned
    owners = scene.owners(rules) if owned else ()
    for owner in owners:
        yield OWN, owner, None
    if not owned:
        yield ROW, None, None
    if rules.owner and not relation.columns[rules.owner].not_null:
        yield ORPHAN, None, None
    for named in rules.classes:
        if named.of == ORPHAN or not owned:
            yield named.name, None, named
        else:
            yield named.name, owners[0] if named.of == OWN else owners[-1], named


def _row(scene: Scene, rules: TableRules, relation: Relation, owner: str | None, named: NamedClass | None) -> SeededRow:
    given = scene.given(rules, owner)
    if named:
        given |= {name: as_text(value) for name, value in named.values.items()}
    known = {one.key for one in scene.rows[rules.path]}
    found = None
    if named is None and rules.owner and owner is not None:
        rows = scene.inserter.rows.get(rules.path, [])
        found = next((row for row in rows if row[rules.owner] == owner and given.items() <= row.items()), None)
    row = found or scene.inserter.insert(rules.path, given, family=owner)
    if rules.owner and row[rules.owner] != owner:
        raise Unseedable(f"a trigger changes {rules.owner} of new rows")
    if key_of(relation, row) in known:
        raise Unseedable(f"{relation.name} holds one row a person")
    return SeededRow(rules.path, row, key_of(relation, row), owner, rules.owned, named.name if named else None)


def where(relation: Relation, row: Row, alias: str = "") -> str:
    """The condition that finds the row by its key."""
    dot = f"{alias}." if alias else ""
    return " and ".join(
        f"{dot}{quoted(name)} = {literal(row[name] or '')}" if row[name] is not None else f"{dot}{quoted(name)} is null"
        for name in relation.key or relation.columns
    )
