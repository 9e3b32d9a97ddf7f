"""sqlx: `<digits>_<name>.sql`, or `.up.sql` with `.down.sql`; `_sqlx_migrations` keeps a SHA-384 of each file.

Facts from https://github.com/launchbadge/sqlx: sqlx-core/src/migrate/source.rs, sqlx-postgres/src/migrate.rs.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha384
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Tool
from schemactl.adopt.reading import folder_with_names, glance
from schemactl.adopt.tools.pairs import read_pairs
from schemactl.core.errors import HistoryError

TABLES = ("_sqlx_migrations",)
_FILE = re.compile(r"([0-9]+)_(.*?)(?:\.(up|down))?\.sql")


def _find(root: Path) -> Place | None:
    uses = "sqlx" in glance(root / "Cargo.toml")
    folder = folder_with_names(root, ("migrations", "db/migrations"), _FILE.pattern)
    return Place(folder, TABLES, "Cargo.toml") if uses and folder else None


def _read(place: Place) -> Reading:
    found = read_pairs(place, _FILE, "sqlx")
    return replace(found, migrations=tuple(_whole(one) for one in found.migrations))


def _whole(one: Foreign) -> Foreign:
    checksum = sha384(one.up.file.read_bytes()).hexdigest()
    return replace(one, up=_marked(one.up), down=_marked(one.down) if one.down else None, checksum=checksum)


def _marked(part: Part) -> Part:
    """A file that begins with this marker runs without a transaction."""
    if not part.text.startswith("-- no-transaction"):
        return part
    _, _, rest = part.text.partition("\n")
    return replace(part, text=rest, line=2, transaction=False)


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    del known
    rows = history[0] or ()
    for row in rows:
        if not row["success"]:
            raise HistoryError(
                f"sqlx has version {row['version']} ({row['description']}) as begun and not finished",
                hint="Finish or undo it by hand, then set its `success` to true or delete its row.",
            )
    return tuple(Applied(str(row["version"]), row["checksum"].removeprefix("\\x")) for row in rows)


TOOL = Tool("sqlx", "sqlx", TABLES, _find, _read, _applied)
