"""What a stretch of work left in the catalogs: a quick comparison of two runs that began in the same state.

Reading a whole schema takes as long as the schema is big. After a run, the rows that it wrote carry its transaction's
number (`xmin`; PostgreSQL manual, 5.6 System Columns), and the rows that it left alone stand where they stood: reading
those few and summing up the places of the others is enough to say that two runs ended in the same catalog. When two
traces differ, the catalogs may still be the same; only `snapshot.take` and `difference` can tell.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from schemactl.core.resources import read_text

if TYPE_CHECKING:
    from psycopg import Connection

_FIRST_OWN_OID = 16384  # FirstNormalObjectId: what is below is PostgreSQL's own and the same everywhere

Row = dict[str, Any]

_SETTINGS = (
    "select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('schemactl.since', '{}', true),"
    " pg_catalog.set_config('schemactl.catalogs', '{}', true)"
)
_OIDS = "select pg_catalog.set_config('schemactl.oids', '{}', true)"
_NAMES = read_text("schemactl.catalog", "queries/trace_names.sql")
_SAVEPOINT = "SAVEPOINT schemactl_trace"
_BACK = "ROLLBACK TO SAVEPOINT schemactl_trace; RELEASE SAVEPOINT schemactl_trace"

_known_references: dict[int, dict[str, dict[str, str]]] = {}

_TEXT = read_text("schemactl.catalog", "queries/trace.sql").rstrip(";\n")
_PARTS = re.split(r"^union all\n", _TEXT, flags=re.MULTILINE)
CATALOGS = tuple(dict.fromkeys(re.findall(r"^from pg_catalog\.(\w+) as t$", _TEXT, re.MULTILINE)))
"""The catalogs that a trace looks at."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The rows that were written, names in place of identifiers, and per catalog how many others stand where."""

    written: tuple[str, ...]
    others: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A trace before names take the place of identifiers: two that are equal have the same trace."""

    rows: tuple[tuple[str, Row], ...]
    others: tuple[tuple[str, int, int], ...]

    def named(self, connection: "Connection[Any]") -> Trace:
        """The trace, while the database is as it was found."""
        rows = tuple(sorted(_named(connection, self.rows, _references(connection)))) if self.rows else ()
        return Trace(rows, self.others)


@dataclass(frozen=True, slots=True)
class Written:
    """A table that the open transaction has written to: so many rows so far, counting what was rolled back since."""

    oid: int
    schema: str
    name: str
    count: int

    @property
    def is_catalog(self) -> bool:
        """Whether it is one of PostgreSQL's own."""
        return self.schema == "pg_catalog"


WRITTEN = read_text("schemactl.catalog", "queries/written.sql").rstrip().rstrip(";")
"""The query that `written` runs, for whoever sends it along with other statements."""


def written(connection: "Connection[Any]") -> frozenset[Written]:
    """The tables that the open transaction has written to, catalogs among them."""
    return frozenset(Written(*row) for row in connection.execute(WRITTEN.encode()).fetchall())


def horizon(connection: "Connection[Any]") -> int:
    """The number that the next transaction will get; what begins from now on has this one or a higher one."""
    row = connection.execute("select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text").fetchone()
    return int(row[0]) if row else 0


def trace(connection: "Connection[Any]", since: int, catalogs: Collection[str] | None = None) -> Trace:
    """What is in the catalogs now of all that was written since `horizon` gave `since`. Needs a server of version 14.

    Inside a transaction, what it wrote; otherwise what several transactions did. `catalogs` are those to look at, when
    it is known that nothing was written to others.
    """
    return trace_rows(connection, since, catalogs).named(connection)


def trace_rows(connection: "Connection[Any]", since: int, catalogs: Collection[str] | None = None) -> Found:
    """What `trace` reads, before it looks up the names."""
    from psycopg.pq import TransactionStatus

    inside = connection.info.transaction_status is not TransactionStatus.IDLE
    if catalogs is None:
        catalogs = {table.name for table in written(connection) if table.is_catalog} if inside else CATALOGS
    names = [name for name in CATALOGS if name in catalogs]
    if not names:
        return Found((), ())
    begin, undo = (_SAVEPOINT, _BACK) if inside else ("BEGIN", "ROLLBACK")
    try:
        # Few messages, since the round trips cost more than the queries.
        settings = _SETTINGS.format(since, f" {' '.join(names)} ")
        answer = _last(connection, f"{begin}; {settings}; {_query(tuple(names))}")
        rows = sorted(((catalog, row) for catalog, _, row, _ in answer if row is not None), key=repr)
        return Found(tuple(rows), _others(answer))
    finally:
        connection.execute(undo.encode())


def _last(connection: "Connection[Any]", text: str) -> list[Any]:
    """The rows of the last of several statements."""
    cursor = connection.execute(text.encode())
    while cursor.nextset():
        pass
    return cursor.fetchall()


def _others(answer: list[tuple[str, int | None, Row | None, int]]) -> tuple[tuple[str, int, int], ...]:
    """All rows of each catalog less those that were written."""
    others: dict[str, tuple[int, int]] = {}
    for catalog, place, row, count in answer:
        sign = 1 if row is None else -1
        rows, places = others.get(catalog, (0, 0))
        others[catalog] = (rows + sign * count, places + sign * (place or 0))
    return tuple((catalog, *counts) for catalog, counts in sorted(others.items()))


@cache
def _query(catalogs: tuple[str, ...]) -> str:
    """The parts of trace.sql that look at `catalogs`: to plan the others would take longer than to run these."""
    wanted = {f"from pg_catalog.{name} as t" for name in catalogs}
    return "union all\n".join(part for part in _PARTS if not wanted.isdisjoint(part.splitlines()))


def _named(
    connection: "Connection[Any]", rows: Iterable[tuple[str, Row]], references: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    """Each row as text, with the name of every object in place of its identifier."""
    own = {pair for catalog, row in rows for pair in _identifiers(catalog, row, references)}
    names = _names(connection, own)
    for catalog, row in rows:
        targets = references.get(catalog, {})
        readable = {
            column: _replaced(value, _target(catalog, column, row, targets), names) for column, value in row.items()
        }
        yield f"{catalog} {json.dumps(readable, sort_keys=True)}"


def _identifiers(catalog: str, row: Row, references: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, int]]:
    targets = references.get(catalog, {})
    for column, value in row.items():
        target = _target(catalog, column, row, targets)
        if target:
            yield from ((target, oid) for oid in _oids(value) if oid >= _FIRST_OWN_OID)


def _target(catalog: str, column: str, row: Row, targets: Mapping[str, str]) -> str | None:
    """The catalog that the column's identifiers are from."""
    if catalog in {"pg_description", "pg_seclabel"} and column == "objoid":
        return str(row["classoid"])  # already the name of a catalog: see trace.sql
    return targets.get(column)


def _oids(value: object) -> list[int]:
    items = value if isinstance(value, list) else str(value).split() if value is not None else []
    return [int(item) for item in items if str(item).isdigit()]


def _replaced(value: object, target: str | None, names: Mapping[tuple[str, int], str]) -> object:
    if target is None:
        return value
    return [names.get((target, oid), oid) for oid in _oids(value)]


def _names(connection: "Connection[Any]", own: set[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    settings = _OIDS.format(json.dumps(sorted(own)))
    return {(catalog, oid): name for catalog, oid, name in _last(connection, f"{settings}; {_NAMES}")}


def _references(connection: "Connection[Any]") -> Mapping[str, Mapping[str, str]]:
    """Catalog to column to the catalog that its identifiers are from; the same for every server of a version."""
    version = connection.info.server_version
    if version not in _known_references:
        query = read_text("schemactl.catalog", "queries/trace_references.sql").encode()
        references: dict[str, dict[str, str]] = {}
        for catalog, column, target in connection.execute(query).fetchall():
            references.setdefault(catalog, {})[column] = target
        _known_references[version] = references
    return _known_references[version]
