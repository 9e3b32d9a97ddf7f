"""One row into a table, with the values that matter given and the others made up; what it needs is made first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemactl.rls.relations import Column, Path, Reference, Relation
from schemactl.sql.names import literal, quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection

Row = Mapping[str, str | None]
"""Column to value, as text; None is NULL."""

_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.])(-?\d+(?:\.\d+)?)")
_ADDRESS = re.compile(r"(^|_)e?mail(_address)?$")
_LATER = re.compile(r"expir|until|deadline")
_ATTEMPTS = 12
_DEEPEST = 8


class Unseedable(Exception):
    """A table took no row; the message says why."""


@dataclass
class Inserter:
    """Puts rows into tables, as superuser or owner, in the open transaction; remembers them and the statements.

    `owners` names the column of each table that says whose a row is, `secrets` those of its columns that are given a
    value though they need none. `statements` made the rows, for scripts.
    """

    connection: "Connection"
    relations: Mapping[Path, Relation]
    owners: Mapping[Path, str] = field(default_factory=dict)
    secrets: Mapping[Path, frozenset[str]] = field(default_factory=dict)
    rows: dict[Path, list[Row]] = field(default_factory=dict)
    statements: list[tuple[Path, str]] = field(default_factory=list)
    _number: int = 0
    _under_way: list[Path] = field(default_factory=list)

    def insert(self, path: Path, given: Row, *, family: str | None = None) -> Row:
        """A new row with the `given` values, read back whole: triggers may have changed it.

        Parents that are not given are those of `family`, an owner's key, or any. Raises Unseedable.
        """
        if path in self._under_way or len(self._under_way) > _DEEPEST:
            raise Unseedable(f"{'.'.join(path)} needs itself")
        self._under_way.append(path)
        try:
            relation = self.relations[path]
            values, row = self._settle(relation, given, self.draft(relation, given, family, _random_key(relation)))
            told = {name: row[name] for name in row if name in values or name in relation.key}
            self.statements.append((path, insert_statement(relation, told)))
        except KeyError:
            raise Unseedable(f"there is no table {'.'.join(path)}") from None
        finally:
            self._under_way.pop()
        self.rows.setdefault(path, []).append(row)
        return row

    def acceptable(
        self, path: Path, given: Row, family: str | None, wanted: Iterable[str] = (), setup: str | None = None
    ) -> dict[str, str | None]:
        """Values of a row that the table would take once `setup` ran; `wanted` columns among them. Nothing is inserted.

        Raises Unseedable.
        """
        relation = self.relations[path]
        values = self.draft(relation, given, family, wanted)
        return self._settle(relation, given, values, setup=setup, keep=False)[0]

    def draft(
        self, relation: Relation, given: Row, family: str | None, wanted: Iterable[str] = ()
    ) -> dict[str, str | None]:
        """Values for the columns that a new row must have; the given ones, the wanted, and parents, among them."""
        self._number += 1
        secrets = self.secrets.get(relation.path, frozenset())
        also = secrets.union(wanted)
        values = dict(given)
        for reference in relation.references:
            self._refer(relation, reference, values, family, needed=bool(also.intersection(reference.columns)))
        for column in relation.columns.values():
            if column.name in values or not column.writable:
                continue
            if column.name in secrets:
                self._number += 1  # no key is a secret's value
            if column.name in also or (column.not_null and not column.has_default):
                values[column.name] = self._value(column)
        return values

    def _refer(
        self,
        relation: Relation,
        reference: Reference,
        values: dict[str, str | None],
        family: str | None,
        *,
        needed: bool,
    ) -> None:
        columns, table, referenced = reference.columns, reference.table, reference.referenced
        if all(name in values for name in columns):
            if all(values[name] is not None for name in columns):
                wanted = {there: values[here] for here, there in zip(columns, referenced, strict=True)}
                self.ensure(table, wanted, family)
            return
        if not needed and not all(relation.columns[name].not_null for name in columns):
            return
        parent = self._parent(table, family)
        for here, there in zip(columns, referenced, strict=True):
            values.setdefault(here, parent[there])

    def _parent(self, table: Path, family: str | None) -> Row:
        rows = self.rows.get(table, [])
        for row in rows:
            if family is None or family in row.values():
                return row
        return self.insert(table, self.owned(table, family), family=family)

    def owned(self, table: Path, family: str | None) -> Row:
        """Values that make a row of `table` one of the family's: columns that lead to where its key stands."""
        if family is None or table not in self.relations:
            return {}
        relation = self.relations[table]
        if table in self.owners:
            return {self.owners[table]: family}
        for reference in relation.references:
            named = re.search(
                r"(^|_)(user|owner|account|person|tenant|org|team|author|profile)(_?id)?$", reference.columns[0]
            )
            if len(reference.columns) == 1 and (named or relation.key == reference.columns):
                return {reference.columns[0]: family}
        return {}

    def ensure(self, table: Path, wanted: Row, family: str | None = None) -> Row:
        """The row that has these values, made if there is none."""
        for row in self.rows.get(table, []):
            if all(row.get(name) == value for name, value in wanted.items()):
                return row
        if table not in self.relations:
            raise Unseedable(f"there is no table {'.'.join(table)}")
        found = self._find(self.relations[table], wanted)
        if found:
            self.rows.setdefault(table, []).append(found)
            return found
        return self.insert(table, wanted, family=family)

    def _find(self, relation: Relation, wanted: Row) -> Row | None:
        tests = " and ".join(f"t.{quoted(name)}::text = {sql(value)}" for name, value in wanted.items())
        return self._read(f"select {_whole(relation, 't')} from {relation.name} t where {tests} limit 1")

    def _settle(
        self,
        relation: Relation,
        given: Row,
        values: dict[str, str | None],
        *,
        setup: str | None = None,
        keep: bool = True,
    ) -> tuple[dict[str, str | None], Row]:
        """Try, and change what the server blames, until it takes the row."""
        tried: dict[str, int] = {}
        refusal = None
        for _ in range(_ATTEMPTS):
            statement = f"{insert_statement(relation, values, 't')} returning {_whole(relation, 't')}"
            found = self._attempt(statement, setup, keep=keep)
            if found is None:
                raise Unseedable(f"a trigger on {relation.name} drops new rows")
            if not isinstance(found, _Refusal):
                return values, found
            refusal = found
            existing = self._existing(relation, values) if refusal.state == "23505" and keep else None
            if existing:
                return values, existing
            if not self._repair(relation, given, values, refusal, tried):
                break
        raise Unseedable(f"{relation.name}: {refusal.message if refusal else 'no row fits'}")

    def _existing(self, relation: Relation, values: Row) -> Row | None:
        """The row that stands in the way: a trigger may have made it."""
        for columns in relation.unique:
            wanted = {name: values[name] for name in columns if values.get(name) is not None}
            known = self.rows.get(relation.path, [])
            if len(wanted) == len(columns) and not any(wanted.items() <= row.items() for row in known):
                found = self._find(relation, wanted)
                if found:
                    return found
        return None

    def _repair(
        self, relation: Relation, given: Row, values: dict[str, str | None], failure: "_Refusal", tried: dict[str, int]
    ) -> bool:
        """Change what the server blames: another number for a unique value, a constant of the CHECK that failed.

        A NULL may be blamed on another table's column: a trigger that copies what the row does not say.
        """
        self._number += 1
        if failure.state == "23505":
            free = [n for n in relation.columns if n in values and n not in given and not _refers(relation, n)]
            changed = [n for n in free if any(n in columns for columns in relation.unique)]
            for name in changed:
                values[name] = self._value(relation.columns[name])
            return bool(changed)
        missing = relation.columns.get(failure.column or "") if failure.state == "23502" else None
        if missing and missing.writable and missing.name not in values:
            values[missing.name] = self._value(missing)
            return True
        definition = relation.checks.get(failure.constraint or "", "")
        named = [n for n in relation.columns if n not in given and re.search(rf"\b{re.escape(n)}\b", definition)]
        constants = [a.replace("''", "'") if a else b for a, b in _LITERAL.findall(definition)]
        form = " ~ " in definition
        choices = [(n, v) for n in named for v in self._choices(relation.columns[n], constants, n in values, form)]
        turn = tried[definition] = tried.get(definition, -1) + 1
        if turn >= len(choices):
            return False
        values.update([choices[turn]])
        return True

    def _choices(self, column: Column, constants: list[str], given: bool, form: bool) -> list[str]:
        """What may please a CHECK: its constants, both truths, words of the usual forms, and a value where none was."""
        if column.base == "boolean":
            return ["true", "false"]
        base = column.base.partition("(")[0]
        words = base in ("text", "citext", "character varying", "character", "enum")
        numbers = base in ("smallint", "integer", "bigint", "numeric", "real", "double precision")
        found = [one for one in constants if words or (numbers and _LITERAL.fullmatch(one))]
        if words and form:
            number = self._number
            found = [f"a{number}b", f"a{number}.example.org", f"https://example.org/{number}", f"A{number}", *found]
        return found if given else [*found, self._value(column)]

    def _value(self, column: Column) -> str:
        number = self._number
        match column.base.partition("(")[0]:
            case "enum":
                return column.labels[0]
            case "uuid":
                return f"b0000000-0000-4000-8000-{number:012d}"
            case "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision":
                return str(number)
            case "boolean":
                return "false"
            case "date":
                return f"2024-01-{number % 28 + 1:02d}"
            case "timestamp with time zone" | "timestamp without time zone" if _LATER.search(column.name):
                return f"2099-01-01 00:{number % 60:02d}:00"
            case "timestamp with time zone" | "timestamp without time zone":
                return f"2024-01-01 00:{number % 60:02d}:00"
            case "json" | "jsonb":
                return "{}"
            case "bytea":
                return f"\\x{number:04x}"
            case "inet" | "cidr":
                return f"10.0.0.{number % 250}"
            case "interval":
                return "1 hour"
            case other if other.endswith("[]"):
                return "{}"
            case "character varying" | "character" if not _ADDRESS.search(column.name):
                size = re.search(r"\((\d+)\)", column.base)
                return f"{column.name} {number}"[-int(size[1]) :] if size else f"{column.name} {number}"
            case _ if _ADDRESS.search(column.name):
                return f"{number}@example.org"
            case _:
                return f"{column.name} {number}"

    def _attempt(self, statement: str, setup: str | None, *, keep: bool) -> "Row | _Refusal | None":
        import psycopg

        try:
            with self.connection.transaction(force_rollback=not keep):
                if setup:
                    self.connection.execute(setup.encode())
                return self._read(statement)
        except psycopg.Error as error:
            if self.connection.closed or error.sqlstate is None:
                raise
            message = error.diag.message_primary or str(error)
            return _Refusal(error.sqlstate, message, error.diag.constraint_name, error.diag.column_name)

    def _read(self, statement: str) -> Row | None:
        found: Any = self.connection.execute(statement.encode()).fetchone()
        return dict(found[0]) if found else None


@dataclass(frozen=True, slots=True)
class _Refusal:
    state: str
    message: str
    constraint: str | None
    column: str | None


def insert_statement(relation: Relation, values: Row, alias: str | None = None) -> str:
    """An INSERT of one row."""
    target = f"{relation.name} as {alias}" if alias else relation.name
    if not values:
        return f"insert into {target} default values"
    names = ", ".join(map(quoted, values))
    given = "" if all(relation.columns[name].writable for name in values) else " overriding system value"
    return f"insert into {target} ({names}){given} values ({', '.join(map(sql, values.values()))})"


def sql(value: str | None) -> str:
    """A value as SQL."""
    return "null" if value is None else literal(value)


def _whole(relation: Relation, alias: str) -> str:
    """The row as one JSON object of texts; a table may have more columns than a function takes arguments."""
    names = ", ".join(f"({literal(name)}, {alias}.{quoted(name)}::text)" for name in relation.columns)
    return f"(select jsonb_object_agg(c.name, c.value) from (values {names}) c (name, value))"


def _random_key(relation: Relation) -> list[str]:
    """Key columns that would be drawn at random: a known key makes a script that runs again."""
    return [name for name in relation.key if relation.columns[name].base == "uuid" and not _refers(relation, name)]


def _refers(relation: Relation, name: str) -> bool:
    return any(name in reference.columns for reference in relation.references)
