"""Fills tables with rows that they accept: draft, ask the server, insert, learn from what it says, try again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from schemactl.catalog.snapshot import Snapshot, take
from schemactl.core.errors import SchemactlError
from schemactl.core.resources import read_text
from schemactl.rows import cycles, pools
from schemactl.rows.draft import Drafter, Orphan, Row, Style
from schemactl.rows.insert import chunks, insert
from schemactl.rows.judge import judge
from schemactl.rows.model import Path, Reference, Table, read
from schemactl.rows.order import closure, ordered
from schemactl.rows.results import Filled, Resistance, TableRows
from schemactl.rows.stock import Stock
from schemactl.rows.values import NoValue
from schemactl.rows.wishes import Conflict

if TYPE_CHECKING:
    from psycopg import Connection

Fixed = Mapping[Path, Mapping[str, object]]
"""Values that rows of a table must have, by table and column; also those of rows that become parents."""

_PATIENCE = 12
"""So many attempts in a row without a new row, and a table is given up."""
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
    """Fills tables of one database through one connection; remembers what it put in.

    Works as superuser or as the tables' owner, inside an open transaction or, in autocommit mode, with one of its own a
    statement. Constraints that can be deferred are checked at once, for the rest of an open transaction.
    """

    def __init__(
        self, connection: "Connection[Any]", snapshot: Snapshot, *, seed: int = 0, fixed: Fixed | None = None
    ) -> None:
        self.connection = connection
        self._seed = seed
        self.fixed: dict[Path, Row] = {
            tuple(path): {name: as_text(item) for name, item in values.items()}
            for path, values in (fixed or {}).items()
        }
        partitions = _partitions(connection)
        self.tables = read(snapshot, partitions)
        self.wanted = frozenset(self.tables)
        missing = {r.table[0] for t in self.tables.values() for r in t.references if r.table not in self.tables}
        if missing:
            self.tables = read(take(connection, schemas=missing), partitions) | self.tables
        self.pools = pools.probe(connection, self.tables.values())
        self.stock = Stock(connection, self.tables, self.fixed)
        self._drafters: dict[Path, Drafter] = {}
        if connection.info.transaction_status:
            connection.execute("set constraints all immediate")

    def fill(self, tables: Iterable[Path] | None = None, per_table: int = 20) -> Filled:
        """Put up to `per_table` rows into each of `tables` (all by default) and into all that they refer to."""
        chosen = {path: self.tables[path] for path in sorted(closure(tables or self.wanted, self.tables))}
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

    def insert(self, table: Path, fixed: Mapping[str, object] | None = None, *, depth: int = 0) -> Row:
        """Put one more row into `table`, with the `fixed` values, and return the columns known of it: its keys.

        Parents that it needs are made where there are none that suit. Raises Unfillable.
        """
        wanted = self.fixed.get(table, {}) | {name: as_text(item) for name, item in (fixed or {}).items()}
        takers = [
            t for t in self.tables.values() if table in {t.path, t.target} and not t.partitioned and not t.foreign
        ]
        trouble = Resistance(None, self._refusal(self.tables[table]) if not takers else "")
        for taker in takers:
            before = len(self.stock.made(taker.path))
            found = self._extend(taker, 1, wanted, depth)
            if len(self.stock.made(taker.path)) > before:
                return self.stock.made(taker.path)[-1]
            trouble = found or trouble
        raise Unfillable(table, trouble)

    def drafter(self, table: Table) -> Drafter:
        """The drafter of a table, with all that it remembers."""
        if table.path not in self._drafters:
            random = Random(f"{self._seed} {'.'.join(table.path)}")  # noqa: S311
            self._drafters[table.path] = Drafter(table, random, self.parents, self.pools)
        return self._drafters[table.path]

    def parents(self, reference: Reference) -> list[Row]:
        """The rows that a reference may lead to: those with the values fixed for their table."""
        fixed = self.fixed.get(reference.table, {})
        rows = self.stock.rows(reference.table)
        return [row for row in rows if all(row.get(name) == text for name, text in fixed.items())] if fixed else rows

    def _fill_group(self, group: tuple[Path, ...], count: int) -> dict[Path, Resistance | None]:
        troubles: dict[Path, Resistance | None] = {}
        if cycles.closed(group, self.tables):
            trouble = cycles.start(self, [self.tables[path] for path in group])
            troubles = dict.fromkeys(group, trouble)
        for path in group:
            missing = count - len(self.stock.made(path))
            if missing > 0:
                trouble = self._extend(self.tables[path], missing, self.fixed.get(path, {}))
                troubles[path] = trouble if trouble or not self.stock.made(path) else None
            else:
                troubles[path] = None
        return troubles

    def _extend(self, table: Table, count: int, fixed: Row, depth: int = 0) -> Resistance | None:
        """Put in `count` more rows; return what resisted last when they did not all go in."""
        drafter = self.drafter(table)
        blame: Counter[str] = Counter()
        trouble: Resistance | None = None
        wanted = len(self.stock.made(table.path)) + count
        fruitless = 0
        while (missing := wanted - len(self.stock.made(table.path))) > 0 and fruitless < _PATIENCE:
            fruitless += 1
            drafter.leave_defaults = fruitless > 1
            drafts, problem = self._drafts(drafter, missing, fixed, depth, fruitless)
            if not drafts:
                trouble = problem or trouble
                if isinstance(problem, Resistance) and problem.sqlstate == "-":
                    break
                continue
            accepted = judge(self.connection, table, drafts, blame)
            if not accepted:
                worst = blame.most_common(1)[0][0] if blame else None
                trouble = Resistance(worst, "no draft satisfied this CHECK")
                continue
            before = len(self.stock.made(table.path))
            trouble = self._put(table, drafter, accepted[:missing]) or trouble
            if len(self.stock.made(table.path)) > before:
                fruitless = 0
        return trouble if len(self.stock.made(table.path)) < wanted else None

    def _drafts(
        self, drafter: Drafter, missing: int, fixed: Row, depth: int, fruitless: int
    ) -> tuple[list[Row], Resistance | None]:
        """Drafts that may do, more than needed where CHECKs may reject some; or why there are none."""
        extra = 4 * fruitless + missing // 2 if drafter.table.checks else 0
        drafts: list[Row] = []
        problem: Resistance | None = None
        styles = _STYLES[fruitless - 1 :] + _STYLES if missing == 1 else _STYLES
        for number in range(missing + extra):
            style = styles[number] if number < len(styles) else Style.ANY
            try:
                row = drafter.draft(fixed, style)
            except Conflict:
                problem = Resistance(_suspect(drafter.table), "no values were found that satisfy all constraints")
                if number > len(_STYLES):
                    break
            except NoValue as error:
                return [], Resistance(str(error), "no value of this type is known", "-")
            except Orphan as orphan:
                problem = self._adopt(orphan, depth)
                if problem:
                    return drafts, problem
            else:
                drafter.taken(row)
                drafts.append(row)
        return drafts, problem

    def _adopt(self, orphan: Orphan, depth: int) -> Resistance | None:
        """Make the parent that a draft lacks; return what resisted."""
        reference = orphan.reference
        if depth >= _DEEPEST:
            return Resistance(reference.name, "the tables that it refers to need each other", "-")
        try:
            self.insert(reference.table, orphan.wanted, depth=depth + 1)
        except Unfillable as error:
            return Resistance(reference.name, f"{'.'.join(reference.table)} has no row for it: {error.resistance}", "-")
        return None

    def _put(self, table: Table, drafter: Drafter, rows: list[Row]) -> Resistance | None:
        """Insert the rows together, or one by one where that fails; return what resisted last."""
        told = self.stock.told(table.path)
        trouble: Resistance | None = None
        for chunk in chunks(rows, table):
            found = insert(self.connection, table, chunk, told)
            if isinstance(found, Resistance) and len(chunk) > 1:
                for row in chunk:
                    one = insert(self.connection, table, [row], told)
                    trouble = self._note(table, drafter, [row], one) or trouble
            else:
                trouble = self._note(table, drafter, chunk, found) or trouble
        return trouble

    def _note(
        self, table: Table, drafter: Drafter, rows: Iterable[Row], found: list[Row] | Resistance
    ) -> Resistance | None:
        if isinstance(found, Resistance):
            return found
        for row in rows:
            drafter.inserted(row)
        self.stock.add(table, found)
        return None if found else Resistance(None, "a trigger suppressed the row")

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
    import json

    if item is None or isinstance(item, str):
        return item
    return json.dumps(item) if isinstance(item, bool | dict | list) else str(item)


def _half(group: tuple[Path, ...], tables: Mapping[Path, Table], per_table: int) -> int:
    """Tables that may refer to rows which come later get half of their rows now, the rest when those are there."""
    optional = any(not t.required(r) for path in group for t in (tables[path],) for r in t.references)
    return (per_table + 1) // 2 if optional else per_table


def _suspect(table: Table) -> str | None:
    names = [check.name for check in table.checks] + [key.name for key in table.keys]
    return ", ".join(names[:3]) or None


def _partitions(connection: "Connection[Any]") -> list[tuple[Path, Path, str | None]]:
    with connection.transaction():
        found = connection.execute(read_text("schemactl.rows", "queries/partitions.sql").encode()).fetchall()
    return [(tuple(leaf), tuple(root), condition) for leaf, root, condition in found]
