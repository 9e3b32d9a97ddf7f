"""golang-migrate: `<digits>_<name>.up.sql` and `.down.sql`; one row says how far a target is, and whether it is dirty.

Facts from https://github.com/golang-migrate/migrate: source/parse.go, database/postgres/postgres.go.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, History, Place, Reading, Tool
from schemactl.adopt.reading import USUAL_FOLDERS, folder_with_names
from schemactl.adopt.tools.pairs import read_pairs
from schemactl.core.errors import HistoryError

TABLES = ("schema_migrations",)
_FILE = re.compile(r"([0-9]+)_(.*)\.(up|down)\.sql")


def _find(root: Path) -> Place | None:
    if (root / "Cargo.toml").is_file():
        return None
    folder = folder_with_names(root, USUAL_FOLDERS, r"[0-9]+_.*\.up\.sql")
    return Place(folder, TABLES, "files named .up.sql") if folder else None


def _read(place: Place) -> Reading:
    return read_pairs(place, _FILE, "golang-migrate")


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    """Everything up to the one version that is recorded."""
    rows = history[0] or ()
    if not rows:
        return ()
    version = int(rows[0]["version"])
    if rows[0]["dirty"]:
        raise HistoryError(
            f"golang-migrate left the target dirty at version {version}: nobody knows how much of that file ran",
            hint=f"Look what is there of it, finish or undo it by hand, then run `migrate force {version}`.",
        )
    there = [one.identity for one in known if int(one.identity) <= version]
    return tuple(Applied(identity) for identity in dict.fromkeys((*there, str(version))))


TOOL = Tool("golang-migrate", "golang-migrate", TABLES, _find, _read, _applied)
