"""dbmate: `-- migrate:up` and `-- migrate:down` in one file, versions in `schema_migrations`.

Facts from https://github.com/amacneil/dbmate: pkg/dbmate/migration.go, pkg/driver/postgres.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Tool
from schemactl.adopt.reading import (
    USUAL_FOLDERS,
    environment_file,
    folder_that_says,
    read,
    sections,
    sql_files,
    title,
    trimmed,
)
from schemactl.adopt.unmapped import unmapped
from schemactl.core.findings import Finding

TABLES = ("schema_migrations",)
_FILE = re.compile(r"([0-9]+)(.*)\.sql")
_MARK = re.compile(r"^--[^\S\n]*migrate:(up|down)(?:[^\S\n]*$|[^\S\n]+(\S.*)$)", re.MULTILINE)
_PLAIN = re.compile(r"\s*(?:--.*)?")


def _find(root: Path) -> Place | None:
    said = environment_file(root)
    folders = (said.get("DBMATE_MIGRATIONS_DIR", "db/migrations"), *USUAL_FOLDERS)
    folder = folder_that_says(root, folders, _MARK)
    if folder is None:
        return None
    table = said.get("DBMATE_MIGRATIONS_TABLE")
    return Place(folder, (table,) if table else TABLES, "`-- migrate:up`")


def _read(place: Place) -> Reading:
    migrations: list[Foreign] = []
    found: list[Finding] = []
    for path in sql_files(place.folder):
        name = _FILE.fullmatch(path.name)
        if name is None:
            found.append(unmapped("dbmate skips a file whose name begins with no number", path, hint="Move it away."))
            continue
        text = read(path)
        found += _outside(text, path)
        ups, downs = _sections(text, path)
        if not ups:
            found.append(unmapped("no `-- migrate:up`", path, hint="dbmate refuses it too: add the line."))
            continue
        migrations.append(
            Foreign(
                name[1],
                title(name[2]),
                _joined(ups),
                _joined(downs[::-1]) if downs else None,
                label=name[1],
                files=(path,),
            )
        )
    return Reading(tuple(migrations), tuple(found))


def _sections(text: str, path: Path) -> tuple[list[Part], list[Part]]:
    ups: list[Part] = []
    downs: list[Part] = []
    for mark, body, line in sections(text, _MARK):
        options = dict(pair.split(":", 1) for pair in (mark[2] or "").split() if pair.count(":") == 1)
        part = Part(body, path, line, transaction=options.get("transaction") != "false")
        (ups if mark[1] == "up" else downs).append(trimmed(part))
    return ups, downs


def _joined(parts: Sequence[Part]) -> Part:
    first = parts[0]
    if len(parts) == 1:
        return first
    return Part("\n".join(part.text for part in parts), first.file, first.line, all(one.transaction for one in parts))


def _outside(text: str, path: Path) -> Iterator[Finding]:
    mark = _MARK.search(text)
    for number, line in enumerate(text[: mark.start() if mark else 0].splitlines(), start=1):
        if not _PLAIN.fullmatch(line):
            yield unmapped("SQL before the first `-- migrate:up`", path, number, hint="Move it below that line.")
            return


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    del known
    return tuple(Applied(str(row["version"])) for row in history[0] or ())


TOOL = Tool("dbmate", "dbmate", TABLES, _find, _read, _applied)
