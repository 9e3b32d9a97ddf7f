"""Tables that need rows of each other, or of themselves: their first rows go in by one statement."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from schemactl.rows.draft import Exhausted, Orphan, Row, Style
from schemactl.rows.insert import insert_together
from schemactl.rows.model import Path, Reference, Table
from schemactl.rows.results import Resistance
from schemactl.rows.wishes import Conflict

if TYPE_CHECKING:
    from schemactl.rows.filler import Filler

_ATTEMPTS = 12


def closed(group: tuple[Path, ...], tables: Mapping[Path, Table]) -> bool:
    """Whether no table of the group can get a row before another, or itself, has one."""
    return len(group) > 1 or any(_inside(tables[group[0]], group))


def start(filler: "Filler", tables: Sequence[Table]) -> Resistance | None:
    """Put one row into each table of such a group, unless they have rows; return what resisted."""
    if all(filler.stock.rows(table.path) for table in tables):
        return None
    trouble: Resistance | None = None
    for attempt in range(_ATTEMPTS):
        style = Style.BARE if attempt % 2 else Style.FULL
        try:
            rows = _drafts(filler, tables, style)
        except Conflict:
            trouble = trouble or Resistance(None, "no rows were found that refer to each other")
            continue
        except (Orphan, Exhausted) as lack:
            trouble = Resistance(lack.reference.name, "no parent suits")
            continue
        found = insert_together(
            filler.connection, rows, {table.path: filler.stock.told(table.path) for table in tables}
        )
        if isinstance(found, Resistance):
            trouble = found
            continue
        for table, row in rows:
            filler.drafter(table).taken(row)
            filler.drafter(table).inserted(row)
            filler.stock.add(table, [found[table.path]])
        return None
    return trouble


def _drafts(filler: "Filler", tables: Sequence[Table], style: Style) -> list[tuple[Table, Row]]:
    """A row a table, each with the keys that the others have chosen for it, or with keys of its own choice."""
    group = tuple(table.path for table in tables)
    rows: dict[Path, Row] = {}
    for table in tables:
        fixed = dict(filler.fixed.get(table.path, {}))
        fixed |= _keys(filler, table, tables, rows)
        own: dict[str, Row | None] = {}
        for reference in _inside(table, group):
            if reference.table == table.path:
                fixed |= {
                    name: fixed[column]
                    for name, column in zip(reference.columns, reference.referenced, strict=True)
                    if column in fixed
                }
                own[reference.name] = fixed
            else:
                own[reference.name] = rows.get(reference.table)
        rows[table.path] = filler.drafter(table).draft(fixed, style, own)
    return [(table, rows[table.path]) for table in tables]


def _keys(filler: "Filler", table: Table, tables: Sequence[Table], rows: Mapping[Path, Row]) -> Row:
    """The columns that other tables of the group refer to: as they said, or else chosen now."""
    drafter = filler.drafter(table)
    chosen: Row = {}
    for other in tables:
        for reference in other.references:
            if reference.table != table.path:
                continue
            for name, column in zip(reference.columns, reference.referenced, strict=True):
                said = rows.get(other.path, {}).get(name)
                if said is not None:
                    chosen[column] = said
    for reference in (r for other in tables for r in other.references if r.table == table.path):
        for column in reference.referenced:
            if column not in chosen:
                chosen[column] = drafter.key_value(column)
    return chosen


def _inside(table: Table, group: tuple[Path, ...]) -> list[Reference]:
    return [r for r in table.references if r.table in group and table.required(r)]
