"""Rows and changes that a table takes, for statements under test: what fails then, fails because of who asks."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from schemactl.rls.inserting import Row, Unseedable
from schemactl.rls.model import TableRules
from schemactl.rls.relations import Column, Path, Relation
from schemactl.rls.scene import Scene, SeededRow, where
from schemactl.sql.names import quoted

_ABSENT = "\0"


@dataclass(frozen=True, slots=True)
class Draft:
    """A new row, and what must be done before: where a person has one row only, that one goes."""

    values: dict[str, str | None]
    setup: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A column and a value that differs from the row's."""

    column: str
    value: str | None


@dataclass
class Drafts:
    """Drafts for the tables of a scene, made once and kept."""

    scene: Scene
    _rows: dict[tuple[Path, str | None, frozenset[str]], Draft | None] = field(default_factory=dict)
    _childless: dict[Path, str | None] = field(default_factory=dict)

    def row(self, rules: TableRules, owner: str | None, wanted: frozenset[str]) -> Draft | None:
        """A new row of this owner with the `wanted` columns; None when the table takes none."""
        key = (rules.path, owner, wanted)
        if key not in self._rows:
            self._rows[key] = self._draft(rules, owner, wanted)
        return self._rows[key]

    def _draft(self, rules: TableRules, owner: str | None, wanted: frozenset[str]) -> Draft | None:
        relation = self.scene.relations[rules.path]
        there = next((row for row in self.scene.rows[rules.path] if row.owner == owner), None)
        gone = f"delete from {relation.name} where {where(relation, there.values)}" if there else None
        clear = "; ".join(part for part in (self.childless(relation), gone) if part)
        reason = "no row fits"
        for setup in (None, clear) if clear else (None,):
            try:
                given = self.scene.given(rules, owner)
                values = self.scene.inserter.acceptable(rules.path, given, owner, wanted, _block(setup))
            except Unseedable as error:
                reason = str(error)
            else:
                return Draft(values, _block(setup))
        self.scene.unseedable[rules.path, "new"] = reason
        return None

    def same(self, row: SeededRow) -> dict[str, str | None] | None:
        """The values of a row that is there, those that an INSERT of it must name."""
        relation, rules = self.scene.relations[row.table], self.scene.policies.tables[row.table]
        needed = {
            name: row.values[name]
            for name, column in relation.columns.items()
            if name in rules.values
            or (
                column.writable
                and (
                    name in relation.key
                    or name in (rules.owner, rules.through)
                    or (column.not_null and not column.has_default)
                )
            )
        }
        return needed if all(name in needed for name in relation.key) else None

    def harmless(self, row: SeededRow, granted: Collection[str]) -> Change | None:
        """A change that breaks no key and no reference; of a column that the actor has a grant for, if there is one."""
        relation = self.scene.relations[row.table]
        names = sorted(relation.columns, key=lambda name: (name not in granted, self._risk(relation, name)))
        changes = (self.change(row, name) for name in names if name not in relation.key)
        return next((change for change in changes if change), None)

    def blind(self, rows: Sequence[SeededRow], granted: Collection[str]) -> Change | None:
        """A change of every row, or of some where only a reference can change, to one value."""
        if not rows:
            return None
        relation = self.scene.relations[rows[0].table]
        unique = {name for columns in relation.unique for name in columns}
        names = sorted(relation.columns, key=lambda name: (name not in granted, self._risk(relation, name)))
        referring = {name for reference in relation.references for name in reference.columns}
        for name in names:
            if name in referring and name not in unique:
                return self.change(rows[0], name)
            if name not in unique and relation.columns[name].writable:
                for change in _candidates(relation.columns[name], rows[0].values[name]):
                    if all(change != row.values[name] for row in rows):
                        return Change(name, change)
        return None

    def change(self, row: SeededRow, name: str) -> Change | None:
        """Another value for a column."""
        relation = self.scene.relations[row.table]
        column = relation.columns[name]
        if not column.writable:
            return None
        for reference in relation.references:
            if name in reference.columns:
                there = reference.referenced[reference.columns.index(name)]
                known = [one.get(there) for one in self._parents(reference.table)]
                other = next((value for value in known if value != row.values[name]), None)
                return Change(name, other) if other is not None else None
        constants = [value for value in self._constants(relation, name) if value != row.values[name]]
        found = next(iter([*constants, *_candidates(column, row.values[name])]), _ABSENT)
        return Change(name, found) if found is not _ABSENT else None

    def _parents(self, path: Path) -> list[Row]:
        """Rows whose owner is known, where there are any."""
        seeded = [one.values for one in self.scene.rows.get(path, [])]
        return seeded or self.scene.inserter.rows.get(path, [])

    def _constants(self, relation: Relation, name: str) -> list[str]:
        """What the CHECKs of a text column list."""
        if relation.columns[name].base != "text":
            return []
        named = [d for d in relation.checks.values() if re.search(rf"\b{re.escape(quoted(name))}\b", d)]
        return [text.replace("''", "'") for d in named for text in re.findall(r"'((?:[^']|'')*)'", d)]

    def _risk(self, relation: Relation, name: str) -> int:
        """How likely a change of the column meets a constraint."""
        rules = self.scene.policies.tables.get(relation.path)
        if any(name in reference.columns for reference in relation.references):
            return 4
        if name in relation.key or (rules and name in (rules.owner, rules.through)):
            return 5
        if any(name in columns for columns in relation.unique):
            return 3
        if any(quoted(name) in definition for definition in relation.checks.values()):
            return 2
        return 0 if relation.columns[name].base in ("text", "jsonb") else 1

    def childless(self, relation: Relation) -> str | None:
        """What removes the rows that would stop a DELETE; cascades do by themselves."""
        if relation.path not in self._childless:
            parts = [*self._removals(relation.path, ())]
            self._childless[relation.path] = "; ".join(parts) or None
        return self._childless[relation.path]

    def _removals(self, path: Path, above: tuple[Path, ...]) -> Iterator[str]:
        for child in self.scene.relations.values():
            for reference in child.references:
                if reference.table != path or child.path in (*above, path) or child.is_partition:
                    continue
                inner = [*self._removals(child.path, (*above, path))]
                if not reference.cascades or inner:
                    yield from inner
                    if not reference.cascades:
                        yield f"delete from {child.name}"


def _block(statements: str | None) -> str | None:
    """Several statements as one."""
    if not statements or "; " not in statements:
        return statements
    return f"do $setup$ begin {statements}; end $setup$"


def _candidates(column: Column, current: str | None) -> Iterator[str | None]:
    """Values that differ from the current one, the most acceptable first."""
    match column.base.partition("(")[0]:
        case "enum":
            found: list[str | None] = [label for label in column.labels if label != current]
        case "boolean":
            found = ["false" if current in ("true", "t") else "true"]
        case "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision":
            found = [str(int(float(current or 0)) + 1), "1", "0"]
        case "uuid":
            found = ["c0000000-0000-4000-8000-00000000000c"]
        case "date":
            found = ["2025-02-03", "2025-02-04"]
        case "timestamp with time zone" | "timestamp without time zone":
            found = ["2025-02-03 04:05:06+00"]
        case "json" | "jsonb":
            found = ['{"changed": true}']
        case "character varying" | "character":
            found = ["x", "y"]
        case "text" | "citext":
            found = ["changed"]
        case _:
            found = []
    if not column.not_null:
        found.append(None)
    yield from (value for value in found if value != current)
