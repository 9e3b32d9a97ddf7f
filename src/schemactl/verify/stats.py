"""How large tables are where the migrations will run: read from a target, kept in a file, used for estimates."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from schemactl.apply.forecast import BYTES_PER_SECOND
from schemactl.core.errors import Place, SourceError
from schemactl.core.resources import read_text
from schemactl.core.results import Cell, Json, Report
from schemactl.core.results import Table as CellTable
from schemactl.core.words import plural
from schemactl.db.connect import connect
from schemactl.sql.lock_modes import Work
from schemactl.verify.population import Table

if TYPE_CHECKING:
    from schemactl.db.types import Connection

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Size:
    """A table's bytes, with TOAST but without indexes, and its rows as the planner estimates them."""

    bytes: int
    rows: int


Sizes = Mapping[str, Size]
"""By `schema.table`."""


def take(dsn: str) -> Sizes:
    """The sizes of all tables of a database; reads nothing else. Raises ServerError."""
    with connect(dsn) as connection:
        return _read(connection)


def _read(connection: "Connection") -> Sizes:
    found = connection.execute(read_text("schemactl.verify", "queries/sizes.sql").encode()).fetchall()
    return {f"{schema}.{table}": Size(int(total), int(rows)) for schema, table, total, rows in found}


def as_json(sizes: Sizes) -> Mapping[str, Json]:
    """What `load` reads."""
    tables: dict[str, Json] = {name: {"bytes": size.bytes, "rows": size.rows} for name, size in sizes.items()}
    return {"schema_version": SCHEMA_VERSION, "tables": tables}


def report(sizes: Sizes) -> Report:
    """The largest tables for a person, all of them for a file."""
    largest = sorted(sizes.items(), key=lambda item: -item[1].bytes)[:20]
    rows = tuple((Cell(name), Cell(f"{size.rows:,}"), Cell(f"{size.bytes / 1e6:,.1f}")) for name, size in largest)
    table = CellTable("Tables by size", ("table", "rows", "MB"), rows, numeric=frozenset({"rows", "MB"}))
    total = sum(size.bytes for size in sizes.values())
    summary = f"{plural(len(sizes), 'table')}, {total / 1e6:,.1f} MB without indexes"
    return Report("stats", summary, sections=(table,), details=as_json(sizes))


def load(file: Path) -> Sizes:
    """Read what `schemactl stats` wrote. Raises SourceError when it cannot be read or is something else."""
    hint = "Write it with `schemactl stats --database DSN --format json --output FILE`."
    try:
        document = orjson.loads(file.read_bytes())
        document = document.get("stats", document)
        if document["schema_version"] != SCHEMA_VERSION:
            raise SourceError("statistics of another schema_version", place=Place(str(file)), hint=hint)
        tables = document["tables"].items()
        return {str(name): Size(int(size["bytes"]), int(size["rows"])) for name, size in tables}
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", place=Place(str(file)), hint=hint) from error
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise SourceError("not a file of statistics", place=Place(str(file)), hint=hint) from error


def estimate(sizes: Sizes, table: Table, work: Work | None) -> float | None:
    """Seconds that the work takes at the table's real size, an order of magnitude; None where that is not known."""
    size = sizes.get(str(table))
    return size.bytes / BYTES_PER_SECOND[work] if size and work else None
