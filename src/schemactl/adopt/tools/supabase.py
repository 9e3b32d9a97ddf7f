"""The Supabase CLI: `supabase/migrations/<digits>_<name>.sql`, which is schemactl's layout already.

Its ledger keeps the statements of each file: https://github.com/supabase/cli, pkg/migration.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Tool
from schemactl.adopt.reading import read, sql_files
from schemactl.adopt.unmapped import unmapped
from schemactl.core.errors import SourceError
from schemactl.db.redact import MASK
from schemactl.migrations import checksums
from schemactl.migrations.project import SUPABASE_FOLDER

TABLES = ("supabase_migrations.schema_migrations",)
_NAME = re.compile(r"([0-9]+)_(.*)\.sql")


def _find(root: Path) -> Place | None:
    folder = root / SUPABASE_FOLDER
    if sql_files(folder, _NAME.pattern):
        return Place(folder, TABLES, SUPABASE_FOLDER)
    config = root / "supabase" / "config.toml"
    return Place(folder, TABLES, str(config.relative_to(root))) if config.is_file() else None


def _read(place: Place) -> Reading:
    migrations = []
    skipped = []
    for path in sql_files(place.folder):
        name = _NAME.fullmatch(path.name)
        if name is None:
            skipped.append(unmapped("the CLI skips a file of this name", path, hint="Move it out of the folder."))
            continue
        part = Part(read(path), path)
        checksum = _checksum(part.text)
        migrations.append(Foreign(name[1], name[2], part, label=name[1], checksum=checksum, files=(path,)))
    return Reading(tuple(migrations), tuple(skipped))


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    del known
    rows = history[0] or ()
    return tuple(Applied(row["version"], _recorded(row.get("statements") or [])) for row in rows)


def _recorded(statements: Sequence[str]) -> str | None:
    """None where nobody can tell: an older CLI kept no statements, or a secret was masked."""
    if not statements or any(MASK in text for text in statements):
        return None
    return _checksum(";\n".join(statements))


def _checksum(text: str) -> str | None:
    try:
        return checksums.token_checksum(checksums.marks_of(text, "statements"))
    except SourceError:
        return None


TOOL = Tool("supabase", "the Supabase CLI", TABLES, _find, _read, _applied, same_layout=True)
