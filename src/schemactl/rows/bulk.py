"""Many rows at once: accepted rows as templates, with what must be distinct worked out from a number by the server."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schemactl.catalog.snapshot import Snapshot
from schemactl.rows.draft import Row
from schemactl.rows.filler import Filler, Unfillable
from schemactl.rows.fragments import verbatim
from schemactl.rows.insert import resistance
from schemactl.rows.model import Field, Key, Path, Reference, Table
from schemactl.sql.expressions import columns

if TYPE_CHECKING:
    from psycopg import Connection, sql

_TEMPLATES = 40
_BASE = 1_000_000
"""Numbers made in bulk begin here, above those of templates."""
_DEEPEST = 6
_SPREADS = {
    "uuid": "md5({template}::text || '/' || {n})::uuid",
    "bigint": "{base} + {n}",
    "integer": "({base} + {n})::integer",
    "numeric": "{base} + {n}",
    "text": "{template} || '-' || {n}",
    "citext": "({template}::text || '-' || {n})::{type}",
    "bytea": "decode(md5({template}::text || '/' || {n}), 'hex')",
    "timestamp with time zone": "timestamptz '2030-01-01 00:00+00' + {n} * interval '1 minute'",
    "timestamp without time zone": "timestamp '2030-01-01' + {n} * interval '1 minute'",
    "date": "date '2030-01-01' + {n}",
    "double precision": "{base} + {n}",
    "inet": "inet '10.0.0.0' + {n}",
    "int4range": "int4range(100000 + 10 * {n}, 100005 + 10 * {n})",
    "int8range": "int8range(100000 + 10 * {n}, 100005 + 10 * {n})",
    "numrange": "numrange(100000 + 10 * {n}, 100005 + 10 * {n})",
    "daterange": "daterange(date '2030-01-01' + 2 * {n}, date '2030-01-01' + 2 * {n} + 1)",
    "tsrange": "tsrange(timestamp '2030-01-01' + {n} * {hour}, timestamp '2030-01-01' + ({n} + 1) * {hour})",
    "tstzrange": "tstzrange(timestamptz '2030-01-01' + {n} * {hour}, timestamptz '2030-01-01' + ({n} + 1) * {hour})",
}  # fmt: skip
"""By type, a value that follows `n`; the types that can tell rows apart best come first."""
_SHORT = "left({template}, {room}) || lpad(to_hex({n}), 8, '0')"


def bulk(connection: "Connection[Any]", snapshot: Snapshot, table: Path, count: int, *, seed: int = 0) -> int:
    """Put about `count` rows into a table by one statement, triggers on; return how many went in.

    Fewer go in where a CHECK or a key leaves no room for more. Parents are made, in bulk too where each can have one
    child only. Raises Unfillable when the table takes none.
    """
    with connection.transaction():
        return _bulk(Filler(connection, snapshot, seed=seed, tables=[table]), table, count, 0)


def _bulk(filler: Filler, path: Path, count: int, depth: int) -> int:
    import psycopg

    table = filler.tables[path]
    templates = filler.templates(table, _TEMPLATES)
    spread, parents = _choice(table)
    for reference in parents:
        if depth < _DEEPEST and reference.table != path:
            _bulk(filler, reference.table, count, depth + 1)
    first = filler.stock.count(table.target) + 1
    for tolerant in (False, True):
        statement, values = _statement(table, templates, spread, parents, first, count, tolerant=tolerant)
        try:
            with filler.connection.transaction():
                return filler.connection.execute(statement, values).rowcount
        except psycopg.Error as error:
            found = resistance(error)
    raise Unfillable(path, found)


def _choice(table: Table) -> tuple[list[Field], list[Reference]]:
    """For each key, what shall tell rows apart: a column worked out from the number, or a parent of its own."""
    spread: dict[str, Field] = {}
    parents: dict[str, Reference] = {}
    checked = {name for check in table.checks for name in columns(check.tree)}
    children = {name for reference in table.references for name in reference.columns}
    for key in table.keys:
        fields = [table.fields[name] for name in key.columns if name in table.fields]
        if any(field.automatic for field in fields) or any(field.name in spread for field in fields):
            continue
        able = [f for f in fields if f.name not in children and (f.type.name in _SPREADS or _is_short(f))]
        order = list(_SPREADS)
        able.sort(key=lambda f: (f.name in checked, order.index(f.type.name) if f.type.name in order else len(order)))
        own = _own_parent(table, key)
        if able and not (own and able[0].name in checked):
            spread[able[0].name] = able[0]
        elif own:
            parents[own.name] = own
    return list(spread.values()), list(parents.values())


def _own_parent(table: Table, key: Key) -> Reference | None:
    inside = [r for r in table.references if set(r.columns) <= set(key.columns)]
    return max(inside, key=lambda r: len(r.columns), default=None)


def _is_short(field: Field) -> bool:
    return field.type.name in {"character varying", "character"} and (field.type.size or 255) >= 8


def _statement(
    table: Table, templates: Sequence[Row], spread: Sequence[Field], parents: Sequence[Reference], first: int,
    count: int, *, tolerant: bool,
) -> "tuple[sql.Composed, list[Any]]":  # fmt: skip
    from psycopg import sql

    names = [f.name for f in table.fields.values() if any(f.name in row for row in templates)]
    given = {name: number for number, reference in enumerate(parents) for name in reference.columns}
    chosen = [_selected(table.fields[name], spread, given) for name in names]
    record = sql.SQL(", ").join([sql.Placeholder() + verbatim("::" + table.fields[name].type.text) for name in names])
    full = [row for row in templates if all(name in row for name in names)] or templates
    joins = [_numbered(table, reference, number, first) for number, reference in enumerate(parents)]
    source = sql.SQL(
        "select {} from generate_series({}::bigint, {}) as series (schemactl_n)"
        " join (values {}) as template (schemactl_k, {}) on schemactl_k = mod(schemactl_n, {}) {}"
    ).format(
        sql.SQL(", ").join(chosen),
        sql.Literal(first),
        sql.Literal(first + count - 1),
        sql.SQL(", ").join(sql.SQL("({}, {})").format(sql.Literal(k), record) for k in range(len(full))),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.Literal(len(full)),
        sql.SQL(" ").join(joins),
    )
    changed = {field.name for field in spread} | given.keys()
    checks = [c for c in table.checks if columns(c.tree) & changed and columns(c.tree) <= set(names)]
    statement = sql.SQL("insert into {} ({}) overriding system value select * from ({}) as {} where {}").format(
        sql.Identifier(*table.target),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        source,
        sql.Identifier(table.path[-1]),
        sql.SQL(" and ").join([sql.SQL("true"), *(verbatim(f"({c.text}) is not false") for c in checks)]),
    )
    if tolerant:
        statement += sql.SQL(" on conflict do nothing")
    return statement, [row.get(name) for row in full for name in names]


def _selected(field: Field, spread: Sequence[Field], given: dict[str, int]) -> "sql.Composable":
    from psycopg import sql

    name = sql.Identifier("template", field.name)
    if field.name in given:
        return sql.Identifier(f"parent_{given[field.name]}", field.name)
    if field not in spread:
        return name
    form = _SPREADS.get(field.type.name, _SHORT)
    value = sql.SQL(form).format(
        n=sql.Identifier("schemactl_n"),
        template=name,
        base=sql.Literal(_BASE),
        type=verbatim(field.type.text),
        room=sql.Literal(max(0, (field.type.size or 255) - 8)),
        hour=sql.SQL("interval '1 hour'"),
    )
    return sql.SQL("{} as {}").format(value, sql.Identifier(field.name))


def _numbered(table: Table, reference: Reference, number: int, first: int) -> "sql.Composed":
    """A join that gives every number a parent without a child."""
    from psycopg import sql

    pairs = list(zip(reference.columns, reference.referenced, strict=True))
    return sql.SQL(
        "join (select {}, row_number() over () + {} as schemactl_n from {} as p"
        " where not exists (select from {} as c where {})) as {} using (schemactl_n)"
    ).format(
        sql.SQL(", ").join(sql.SQL("p.{} as {}").format(sql.Identifier(b), sql.Identifier(a)) for a, b in pairs),
        sql.Literal(first - 1),
        sql.Identifier(*reference.table),
        sql.Identifier(*table.target),
        sql.SQL(" and ").join(sql.SQL("c.{} = p.{}").format(sql.Identifier(a), sql.Identifier(b)) for a, b in pairs),
        sql.Identifier(f"parent_{number}"),
    )
