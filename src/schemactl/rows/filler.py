"""Fills tables with rows that they accept: draft, ask the server, insert, learn from what it says, try again."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

from schemactl.catalog.snapshot import Snapshot, take
from schemactl.core.errors import SchemactlError
from schemactl.core.resources import read_text
from schemactl.rows import cycles, pools
from schemactl.rows.draft import Drafter, Exhausted, Orphan, Row, Style
from schemactl.rows.insert import chunks, insert
from schemactl.rows.judge import judge
from schemactl.rows.model import Partition, Path, Reference, Table, read
from schemactl.rows.order import closure, ordered
from schemactl.rows.results import Filled, Resistance, TableRows
from schemactl.rows.stock import Stock
from schemactl.rows.texts import THEMES
from schemactl.rows.values import NoValue
from schemactl.rows.wishes import Conflict
from schemactl.sql.expressions import columns

if TYPE_CHECKING:
    from psycopg import Connection

Fixed = Mapping[Path, Mapping[str, object]]
"""Values that rows of a table must have, by table and column; also those of rows that become parents."""

_PATIENCE = 12
"""So many attempts in a row without a first row, and a table is given up."""
_LESS_PATIENCE = 4
"""The same, where it has rows."""
_THEMELESS = 2
"""From so many on, texts take forms at random."""
_FEW = 4
_MORE_PARENTS = 8
_UNIQUE_VIOLATION = "23505"
_USERS = ("auth", "users")
_DEEPEST = 12
_STYLES = (Style.FULL, Style.BARE, Style.ANY, Style.ANY)


class Unfillable(SchemactlError):
    """A table took no row; `resistance` says what resisted."""

    def __init__(self, table: Path, resistance: Resistance) -> None:
        super().__init__(
            f"no row could be put into {'.'.join(table)}: {resistance}",
            hint="Give a fixture file with INSERTs for this table.",
        )
        self.resistance = resistance


class Filler:
    """Fills `tables` of one database (all of the snapshot by default) through one connection.

    Works as superuser or as the tables' owner, inside an open transaction or, in autocommit mode, with one of its own a
    statement. Constraints that can be deferred are checked at once, for the rest of an open transaction.
    """

    def __init__(
        self,
        connection: "Connection[Any]",
        snapshot: Snapshot,
        *,
        seed: int = 0,
        fixed: Fixed | None = None,
        tables: Iterable[Path] | None = None,
    ) -> None:
        self.connection = connection
        self._seed = seed
        self.fixed: dict[Path, Row] = {
            tuple(path): {name: as_text(item) for name, item in values.items()}
            for path, values in (fixed or {}).items()
        }
        partitions = _partitions(connection)
        self.tables = read(snapshot, partitions, tables)
        self.wanted = frozenset(self.tables if tables is None else tables)
        missing = {r.table[0] for t in self.tables.values() for r in t.references if r.table not in self.tables}
        if missing:
            self.tables = read(take(connection, schemas=missing), partitions) | self.tables
        self.pools = pools.probe(connection, self.tables.values())
        self.stock = Stock(connection, self.tables, self.fixed)
        self._drafters: dict[Path, Drafter] = {}
        self._hopeless: dict[Path, Resistance] = {}
        self._growing = False
        if connection.info.transaction_status:
            connection.execute("set constraints all immediate")

    def fill(self, per_table: int = 20) -> Filled:
        """Put up to `per_table` rows into each of the tables, and into all that they refer to."""
        chosen = {path: self.tables[path] for path in sorted(closure(self.wanted, self.tables))}
        takers = {path: table for path, table in chosen.items() if not table.partitioned and not table.foreign}
        leaves = [t for t in self.tables.values() if t.path != t.target and t.target in chosen and not t.foreign]
        takers |= {table.path: table for table in leaves}
        troubles: dict[Path, Resistance | None] = {}
        groups = ordered(takers)
        halves = [(group, _half(group, takers, per_table)) for group in groups]
        for group, count in halves:
            troubles |= self._fill_group(group, count)
        for group, count in halves:
            if count < per_table or any(troubles[path] for path in group):
                troubles |= self._fill_group(group, per_table)
        return Filled({path: self._outcome(table, troubles) for path, table in sorted((chosen | takers).items())})

    def insert(self, table: Path, fixed: Mapping[str, object] | None = None) -> Row:
        """Put one more row into `table`, with the `fixed` values, and return what is known of it: its keys.

        Parents that it needs are made where there are none that suit. Raises Unfillable.
        """
        self._growing = True
        try:
            return self._insert(table, {name: as_text(item) for name, item in (fixed or {}).items()}, 0)
        finally:
            self._growing = False

    def _insert(self, table: Path, wanted: Row, depth: int) -> Row:
        takers = [
            t for t in self.tables.values() if table in {t.path, t.target} and not t.partitioned and not t.foreign
        ]
        trouble = Resistance(None, self._refusal(self.tables[table]) if not takers else "")
        for taker in takers:
            made = self.stock.made(taker.path)
            before = len(made)
            found = self._extend(taker, 1, self.fixed.get(table, {}) | wanted, depth)
            if len(made) > before:
                return made[-1]
            trouble = found or trouble
        raise Unfillable(table, trouble)

    def templates(self, table: Table, count: int) -> list[Row]:
        """Drafts of a table, and of all its partitions, that the server took; made now as far as there are none.

        Raises Unfillable.
        """
        takers = [t for t in self.tables.values() if table.path in {t.path, t.target} and not t.partitioned]
        found: list[Row] = []
        trouble: Resistance | None = None
        for taker in takers:
            missing = self._share(taker, count) - len(self.drafter(taker).accepted)
            trouble = self._extend(taker, missing, self.fixed.get(taker.path, {})) or trouble
            found += self.drafter(taker).accepted
        if not found:
            raise Unfillable(table.path, trouble or Resistance(None, self._refusal(table)))
        return found

    def drafter(self, table: Table) -> Drafter:
        """The drafter of a table, with all that it remembers."""
        if table.path not in self._drafters:
            random = Random(f"{self._seed} {'.'.join(table.path)}")  # noqa: S311
            drafter = self._drafters[table.path] = Drafter(table, random, self.parents, self.pools)
            for row in self.stock.values(table.target, drafter.remembered):
                drafter.taken(row)
        return self._drafters[table.path]

    def parents(self, reference: Reference) -> list[Row]:
        """The rows that a reference may lead to: those with the values fixed for their table."""
        fixed = self.fixed.get(reference.table, {})
        rows = self.stock.rows(reference.table)
        return [row for row in rows if all(row.get(name) == text for name, text in fixed.items())] if fixed else rows

    def _fill_group(self, group: tuple[Path, ...], count: int) -> dict[Path, Resistance | None]:
        troubles: dict[Path, Resistance | None] = {}
        trouble: Resistance | None = None
        if cycles.closed(group, self.tables):
            trouble = cycles.start(self, [self.tables[path] for path in group])
        for path in group:
            missing = self._share(self.tables[path], count) - self.stock.count(path)
            found = self._extend(self.tables[path], missing, self.fixed.get(path, {})) if missing > 0 else None
            troubles[path] = found and (trouble or found)
        return troubles

    def _share(self, table: Table, count: int) -> int:
        """The rows that a table shall have.

        More where its enums have more labels, up to three times as many; partitions share those of the partitioned
        table, two at least.
        """
        if table.path == table.target:
            turns = (len(f.type.labels) * (1 if f.not_null else 2) for f in table.fields.values())
            return max(count, min(max(turns, default=0), 3 * count))
        leaves = sum(1 for other in self.tables.values() if other.target == table.target and not other.partitioned)
        return max(2, -(-count // leaves))

    def _extend(self, table: Table, count: int, fixed: Row, depth: int = 0) -> Resistance | None:
        """Put in up to `count` more rows; return what resisted last when they did not all go in."""
        drafter = self.drafter(table)
        blame: Counter[str] = Counter()
        trouble: Resistance | None = None
        made = self.stock.made(table.path)
        wanted = len(made) + count
        fruitless = 0
        while (missing := wanted - len(made)) > 0 and fruitless < (_PATIENCE if not made else _LESS_PATIENCE):
            drafter.again = fruitless > 0
            drafter.themes = tuple(sorted(drafter.liked)) or (THEMES if fruitless >= _THEMELESS else ())
            drafts, problem = self._drafts(drafter, missing, fixed, depth, fruitless)
            fruitless += 1
            trouble = problem or trouble
            accepted = judge(self.connection, table, drafts, blame)[:missing]
            for row in drafts:
                if not any(row is other for other in accepted):
                    drafter.released(row)
            if drafts and not accepted:
                worst = blame.most_common(1)[0][0] if blame else None
                trouble = Resistance(worst, "no draft satisfied this CHECK")
                if not made:
                    self._widen(table, worst, depth)
            before = len(made)
            trouble = self._put(table, drafter, accepted, self._claims(fruitless)) or trouble
            if len(made) > before:
                fruitless = 0
            elif trouble and trouble.final and fruitless > _THEMELESS:
                break
            if problem and problem.final:
                break
        return trouble if len(made) < wanted else None

    def _drafts(
        self, drafter: Drafter, missing: int, fixed: Row, depth: int, fruitless: int
    ) -> tuple[list[Row], Resistance | None]:
        """Drafts that may do, more than needed where CHECKs may reject some; or why there are none."""
        extra = 4 * fruitless + missing // 2 + 2 if drafter.table.checks else 0
        styles = _STYLES[fruitless % len(_STYLES) :] + _STYLES if missing == 1 else _STYLES
        drafts: list[Row] = []
        problem: Resistance | None = None
        failures = 0
        while len(drafts) < missing + extra and failures < _FEW:
            style = styles[len(drafts)] if len(drafts) < len(styles) else Style.ANY
            try:
                row = drafter.draft(fixed, style)
            except Conflict:
                failures += 1
                if failures == _FEW:
                    culprit = drafter.culprit(fixed)
                    problem = Resistance(culprit, "no values were found that satisfy all constraints")
            except NoValue as error:
                return [], Resistance(str(error), "no value of this type is known", final=True)
            except (Orphan, Exhausted) as lack:
                problem = self._adopt(lack, depth)
                if problem:
                    return drafts, problem
            else:
                drafter.taken(row)
                drafts.append(row)
        return drafts, problem

    def _adopt(self, lack: Orphan | Exhausted, depth: int) -> Resistance | None:
        """Make the parent that a draft lacks; return what resisted."""
        reference = lack.reference
        table = ".".join(reference.table)
        if depth >= _DEEPEST:
            return Resistance(reference.name, "the tables that it refers to need each other", final=True)
        if isinstance(lack, Exhausted) and not depth and not self._growing:
            return Resistance(reference.name, f"every row of {table} has its own already", final=True)
        known = self._hopeless.get(reference.table)
        if known is None:
            try:
                self._insert(reference.table, lack.wanted if isinstance(lack, Orphan) else {}, depth + 1)
            except Unfillable as error:
                known = error.resistance
                if not self.stock.rows(reference.table):
                    self._hopeless[reference.table] = known
        return known and Resistance(reference.name, f"{table} has no row for it: {known}", final=True)

    def _widen(self, table: Table, worst: str | None, depth: int) -> None:
        """Make more parents for a table whose CHECK, say of a hash partition, likes none of those there are."""
        named = {name for check in table.checks if check.name == worst for name in columns(check.tree)}
        for reference in table.references:
            if named.intersection(reference.columns) and depth < _DEEPEST and reference.table != table.path:
                with contextlib.suppress(Unfillable):
                    for _ in range(_MORE_PARENTS):
                        self._insert(reference.table, {}, depth + 1)

    def _put(self, table: Table, drafter: Drafter, rows: list[Row], claims: str) -> Resistance | None:
        """Insert the rows together, or one by one where that fails; return what resisted last."""
        told = self.stock.told(table.path)
        trouble: Resistance | None = None
        for chunk in chunks(rows, table):
            found = insert(self.connection, table, chunk, told, claims)
            if not isinstance(found, Resistance) or len(chunk) == 1:
                trouble = self._note(table, drafter, chunk, found) or trouble
                continue
            failures = 0
            for row in chunk:
                one = insert(self.connection, table, [row], told, claims) if failures < _FEW else found
                failures = failures + 1 if isinstance(one, Resistance) else 0
                trouble = self._note(table, drafter, [row], one) or trouble
        return trouble

    def _note(
        self, table: Table, drafter: Drafter, rows: Sequence[Row], found: list[Row] | Resistance
    ) -> Resistance | None:
        if isinstance(found, Resistance):
            for row in rows:
                if found.sqlstate != _UNIQUE_VIOLATION:
                    drafter.released(row)
            return found
        for row in rows:
            drafter.inserted(row)
        self.stock.add(table, found)
        return None if found else Resistance(None, "a trigger suppressed the row")

    def _claims(self, fruitless: int) -> str:
        """Whom triggers see as signed in: nobody first, then one of the users."""
        users = self.stock.rows(_USERS) if fruitless > 1 and fruitless % 2 == 0 and _USERS in self.tables else []
        return json.dumps({"sub": users[0]["id"], "role": "authenticated"}) if users else ""

    def _outcome(self, table: Table, troubles: Mapping[Path, Resistance | None]) -> TableRows:
        count = self.stock.count(table.path)
        trouble = troubles.get(table.path)
        if not count and trouble is None:
            leaves = [troubles.get(t.path) for t in self.tables.values() if t.target == table.path]
            trouble = next((found for found in leaves if found), Resistance(None, self._refusal(table)))
        keys = tuple({name: row[name] for name in table.primary} for row in self.stock.made(table.path))
        return TableRows(count, keys, trouble)

    def _refusal(self, table: Table) -> str:
        if table.foreign:
            return "a foreign table: its rows are elsewhere"
        return "a partitioned table without partitions" if table.partitioned else "no row was accepted"


def as_text(item: object) -> str | None:
    """A value as the server reads it."""
    if item is None or isinstance(item, str):
        return item
    return json.dumps(item) if isinstance(item, bool | dict | list) else str(item)


def _half(group: tuple[Path, ...], tables: Mapping[Path, Table], per_table: int) -> int:
    """Tables that may refer to rows which come later get half of their rows now, the rest when those are there."""
    optional = any(not t.required(r) for path in group for t in (tables[path],) for r in t.references)
    return (per_table + 1) // 2 if optional else per_table


def _partitions(connection: "Connection[Any]") -> list[Partition]:
    with connection.transaction():
        found = connection.execute(read_text("schemactl.rows", "queries/partitions.sql").encode()).fetchall()
    return [(tuple(leaf), tuple(root), condition) for leaf, root, condition in found]
