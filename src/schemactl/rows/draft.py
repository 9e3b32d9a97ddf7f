"""Drafts of rows for one table: values that should satisfy it, chosen anew each time until the server agrees."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from random import Random

from schemactl.rows.evaluate import Value
from schemactl.rows.model import Field, Reference, Table, constant_default
from schemactl.rows.solver import Plan, flat
from schemactl.rows.types import Type
from schemactl.rows.values import NoValue, known, value
from schemactl.rows.wishes import Conflict, Draw, Wish
from schemactl.sql.expressions import Call, Column, Expression, substitute

Row = dict[str, Value]
"""The values of a row by column, as text; a column that is absent gets its default."""
Pools = Mapping[str, tuple[str, ...]]
"""Values of types that only the server knows, by the type's text."""

_ATTEMPTS = 60
_SHY = 0.25
_MOST_KEPT = 100
_EAGER_ATTEMPTS = 4
_LESS_EAGER = 0.6


class Style(Enum):
    """How much of a row is filled: everything, only what must be, or as it comes."""

    FULL = "full"
    BARE = "bare"
    ANY = "any"


class Orphan(Exception):
    """No row of the referenced table will do as a parent; `wanted` is what it must have."""

    def __init__(self, reference: Reference, wanted: Row) -> None:
        super().__init__(reference.name)
        self.reference = reference
        self.wanted = wanted


class Exhausted(Exception):
    """Every row that could be a parent has its one child already."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(reference.name)
        self.reference = reference


Parents = Callable[[Reference], list[Row]]
"""The rows that a reference may lead to, each with the referenced columns."""


@dataclass
class Drafter:
    """Drafts rows of `table`; remembers what was used, so that every label, bound and parent gets its turn.

    `again`: drafts have failed before, so a bare row gets the defaults that the server works out too, though they are
    new every time, and what no row has yet comes first less often.
    `themes`: forms of text, of which every draft takes one for all its texts that nothing else decides; `liked` are
    those that led to a row. `accepted` are rows that the server took, as many as serve as templates.
    """

    table: Table
    random: Random
    parents: Parents
    pools: Pools = field(default_factory=dict)
    number: int = 0
    used: dict[str, Counter[str]] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)
    again: bool = False
    themes: tuple[str, ...] = ()
    accepted: list[Row] = field(default_factory=list)
    liked: set[str] = field(default_factory=set)
    _taken: dict[str, set[tuple[Value, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._generated = {f.name: f.generated for f in self.table.fields.values() if f.generated is not None}
        conditions = [self._resolved(check.tree) for check in self.table.checks]
        self._conditions = flat(conditions)
        self._distinct = _distinct_columns(self.table)
        self._keys = [(key.name, key.columns, key.nulls_distinct) for key in self.table.keys if key.plain]
        self._alone = {
            reference.name: [(name, names) for name, names, _ in self._keys if set(names) <= set(reference.columns)]
            for reference in self.table.references
        }
        self._theme: str | None = None
        self._eagerness = 1.0
        self._themed: dict[int, str] = {}

    @property
    def remembered(self) -> tuple[str, ...]:
        """The columns whose values decide whether a row is new."""
        return tuple(dict.fromkeys(name for _, names, _ in self._keys for name in names))

    def draft(self, fixed: Row, style: Style, own: Mapping[str, Row | None] | None = None) -> Row:
        """One row with the `fixed` values.

        `own` tells for a reference which row is its parent; None leaves it free, for a parent that comes later.
        Raises Conflict when no row was found, Orphan or Exhausted when it lacks a parent, NoValue for an unknown type.
        """
        for attempt in range(_ATTEMPTS):
            self.number += 1
            self._eagerness = _LESS_EAGER if attempt > _EAGER_ATTEMPTS or self.again else 1.0
            self._theme = self.random.choice(self.themes) if self.themes else None
            try:
                row = self._attempt(fixed, style if attempt < _ATTEMPTS // 2 else Style.ANY, own or {}, attempt)
            except Conflict:
                continue
            if self._is_new(row):
                if self._theme:
                    self._themed[id(row)] = self._theme
                return row
        raise Conflict

    def culprit(self, fixed: Row) -> str | None:
        """The CHECK that no draft satisfies even alone; else all constraints, since they do not go together."""
        for check in self.table.checks:
            alone = Drafter(
                replace(self.table, checks=(check,), keys=(), references=()), self.random, self.parents, self.pools
            )
            try:
                alone.draft(fixed, Style.ANY)
            except Conflict:
                return check.name
            except NoValue:
                continue
        return ", ".join([check.name for check in self.table.checks] + [key.name for key in self.table.keys]) or None

    def taken(self, row: Row) -> None:
        """Remember a row that is in the table, or shall be: its keys are used up, its values have had a turn."""
        for key, names, _ in self._keys:
            self._taken.setdefault(key, set()).add(_of(names, row))
        self._count(row, 1)

    def released(self, row: Row) -> None:
        """Forget a row that did not get into the table: its keys are free, and its values wait for their turn."""
        for key, names, _ in self._keys:
            self._taken.get(key, set()).discard(_of(names, row))
        self._count(row, -1)

    def inserted(self, row: Row) -> None:
        """Keep a row that the server took, and keep to its theme."""
        if len(self.accepted) < _MOST_KEPT:
            self.accepted.append(row)
        if id(row) in self._themed:
            self.liked.add(self._themed[id(row)])

    def _count(self, row: Row, turns: int) -> None:
        for name, text in row.items():
            if text is not None:
                self.used.setdefault(name, Counter())[text] += turns

    def key_value(self, column: str) -> str:
        """A new value for a column that others refer to."""
        self.number += 1
        return self._drawn(self.table.fields[column], Wish())

    def _attempt(self, fixed: Row, style: Style, own: Mapping[str, Row | None], attempt: int) -> Row:
        fields = self.table.fields
        plan = Plan(fields, self.random, dict(fixed), self._shy(fixed, style), set(self.needed))
        left_out = self._defaults(plan, fixed) if style is Style.BARE else set()
        simple = [tree for tree in self._conditions if _is_list(tree)]
        plan.satisfy(simple)
        if attempt % 2 == 0:
            self._settle_lists(plan)
        plan.satisfy(tree for tree in self._conditions if not _is_list(tree))
        free = {name for reference in self.table.references for name in reference.columns if reference.name in own}
        for reference in sorted(self.table.references, key=lambda item: -len(item.columns)):
            self._adopt(plan, reference, own)
        order = [f for f in self.table.drawn if f.name not in plan.values and f.name not in left_out]
        self.random.shuffle(order)
        for item in order:
            plan.relate(item.name)
            found = self._value(plan, item, needed=item.name in free)
            if found is not None or item.default is None or not item.not_null:
                plan.settle(item.name, found)
        return {name: plan.values[name] for name in fields if name in plan.values and name not in self._generated}

    def _shy(self, fixed: Row, style: Style) -> frozenset[str]:
        open_ = [f.name for f in self.table.drawn if not f.not_null and f.name not in fixed]
        if style is Style.ANY:
            return frozenset(name for name in open_ if self.random.random() < _SHY)
        return frozenset(open_ if style is Style.BARE else ())

    def _defaults(self, plan: Plan, fixed: Row) -> set[str]:
        """Settle literal defaults; return the columns whose default the server works out."""
        left_out = set()
        for item in self.table.drawn:
            if item.default is None or item.name in fixed or item.name in plan.needed:
                continue
            literal = constant_default(item)
            if literal:
                plan.values[item.name] = literal.text
            elif self.again:
                left_out.add(item.name)
        return left_out

    def _settle_lists(self, plan: Plan) -> None:
        """Choose first where the choice is small: it decides conditions, and each label gets its turn."""
        for item in self.table.drawn:
            wish = plan.wish(item.name)
            small = wish.among is not None or item.type.kind == "enum" or item.type.name == "boolean"
            if small and item.type.kind != "array" and item.name not in plan.values:
                shy = item.name in plan.shy and item.name not in plan.needed
                plan.settle(item.name, None if shy else self._drawn(item, wish))

    def _adopt(self, plan: Plan, reference: Reference, own: Mapping[str, Row | None]) -> None:
        """Choose the parent of a reference, the one with the fewest children first."""
        given = own.get(reference.name)
        if given is not None:
            for name, column in zip(reference.columns, reference.referenced, strict=True):
                plan.settle(name, given[column])
            return
        if reference.name in own or any(plan.values.get(name, "") is None for name in reference.columns):
            return
        open_ = [name for name in reference.columns if name not in plan.values]
        shy = [name for name in open_ if name in plan.shy and name not in plan.needed]
        if shy:
            for name in open_ if reference.full else shy:
                plan.settle(name, None)
            return
        rows = [row for row in self.parents(reference) if _suits(row, reference, plan)]
        free = [row for row in rows if self._is_childless(row, reference)]
        if not free:
            self._without_parent(plan, reference, open_, exhausted=bool(rows))
            return
        used = self.used.get(f"\0{reference.name}", Counter[str]())
        keys = [tuple(row[column] for column in reference.referenced) for row in free]
        least = min(used[str(key)] for key in keys)
        chosen = self.random.choice([key for key in keys if used[str(key)] == least])
        self.used.setdefault(f"\0{reference.name}", Counter())[str(chosen)] += 1
        for name, text in zip(reference.columns, chosen, strict=True):
            plan.settle(name, text)

    def _is_childless(self, parent: Row, reference: Reference) -> bool:
        """Whether the parent can have another child, where a key lets it have one."""
        alone = self._alone[reference.name]
        if not alone:
            return True
        child = {name: parent[column] for name, column in zip(reference.columns, reference.referenced, strict=True)}
        return not any(_of(names, child) in self._taken.get(key, ()) for key, names in alone)

    def _without_parent(self, plan: Plan, reference: Reference, open_: list[str], *, exhausted: bool) -> None:
        optional = [name for name in open_ if not self.table.fields[name].not_null and name not in plan.needed]
        if not optional and exhausted:
            raise Exhausted(reference)
        if not optional:
            pairs = zip(reference.columns, reference.referenced, strict=True)
            raise Orphan(reference, {column: plan.values[name] for name, column in pairs if name in plan.values})
        for name in optional:
            plan.settle(name, None)

    def _value(self, plan: Plan, item: Field, *, needed: bool) -> Value:
        shy = item.name in plan.shy and item.name not in plan.needed
        if shy and not needed:
            return None
        try:
            return self._drawn(item, plan.wish(item.name))
        except NoValue:
            if item.not_null and item.default is None:
                raise
            return None

    def _drawn(self, item: Field, wish: Wish) -> str:
        used = self.used.setdefault(item.name, Counter())
        distinct = item.name in self._distinct
        draw = Draw(self.random, self.number, distinct, used, item.name, self._theme, self._eagerness)
        return from_pools(item.type, wish, draw, self.pools)

    def _resolved(self, tree: Expression) -> Expression:
        """A condition about columns that are chosen: a generated one stands for what it is generated from."""
        return substitute(tree, self._generated)

    def _is_new(self, row: Row) -> bool:
        for key, names, nulls_distinct in self._keys:
            if all(name in row for name in names):
                values = _of(names, row)
                if (None not in values or not nulls_distinct) and values in self._taken.get(key, ()):
                    return False
        return True


def from_pools(type_: Type, wish: Wish, draw: Draw, pools: Pools) -> str:
    """A value of the type; of one that only the server knows, from its pool. Raises Conflict, NoValue."""
    if type_.text in pools and wish.among is None:
        return pools[type_.text][draw.number % len(pools[type_.text])]
    return value(type_, wish, draw)


def unknown_types(tables: Iterable[Table]) -> set[Type]:
    """The types for which only the server can say which texts are values."""
    return {item.type for table in tables for item in table.fields.values() if not known(item.type)}


def _of(names: tuple[str, ...], row: Row) -> tuple[Value, ...]:
    return tuple(row.get(name) for name in names)


def _distinct_columns(table: Table) -> frozenset[str]:
    """Columns whose values must not repeat: those in a key that has no reference to tell its rows apart."""
    parents = {name for reference in table.references for name in reference.columns}
    return frozenset(name for key in table.keys for name in key.columns if name not in parents)


def _is_list(tree: Expression) -> bool:
    return isinstance(tree, Call) and tree.name == "in" and isinstance(tree.arguments[0], Column)


def _suits(row: Row, reference: Reference, plan: Plan) -> bool:
    for name, column in zip(reference.columns, reference.referenced, strict=True):
        text = row.get(column)
        if text is None or plan.values.get(name, text) != text or not plan.wish(name).admits(text):
            return False
    return True
