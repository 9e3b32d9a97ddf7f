"""goose: `-- +goose Up` and `-- +goose Down` in one file, versions in `goose_db_version`.

Facts from https://github.com/pressly/goose: internal/sqlparser/parser.go, internal/dialects/postgres.go.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Tool
from schemactl.adopt.reading import (
    USUAL_FOLDERS,
    environment_file,
    folder_that_says,
    read,
    sql_files,
    title,
    trimmed,
)
from schemactl.adopt.unmapped import unmapped
from schemactl.core.findings import Finding

TABLES = ("goose_db_version",)
_FILE = re.compile(r"([0-9]+)_(.*)\.(sql|go)")
_UP = re.compile(r"^--\s*\+goose\s+up\s*$", re.IGNORECASE | re.MULTILINE)
_ANNOTATION = re.compile(r"\s*--\s*\+goose\s*(.*?)\s*", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{|[A-Za-z_])")


def _find(root: Path) -> Place | None:
    said = environment_file(root)
    folder = folder_that_says(root, (said.get("GOOSE_MIGRATION_DIR", "."), *USUAL_FOLDERS), _UP)
    if folder is None:
        return None
    table = said.get("GOOSE_TABLE")
    return Place(folder, (table,) if table else TABLES, "`-- +goose Up`")


def _read(place: Place) -> Reading:
    migrations: list[Foreign] = []
    found: list[Finding] = []
    for path in sql_files(place.folder, r".*\.(?:sql|go)"):
        name = _FILE.fullmatch(path.name)
        if path.name.endswith("_test.go") or (name is None and path.suffix == ".go"):
            continue
        if name is None:
            found.append(unmapped("goose skips a file whose name begins with no number", path, hint="Move it away."))
        elif name[3] == "go":
            found.append(
                unmapped(
                    "a migration in Go, which nothing but your own program can run",
                    path,
                    hint="Write what it does as SQL, under the same number.",
                )
            )
        else:
            foreign, problems = _split(path, name)
            found += problems
            migrations.append(foreign)
    migrations.sort(key=lambda one: int(one.label))
    return Reading(tuple(migrations), tuple(found))


def _split(path: Path, name: re.Match[str]) -> tuple[Foreign, list[Finding]]:
    """A line of an annotation becomes an empty one, so that what follows keeps its number."""
    sections: dict[str, list[str]] = {"up": [], "down": []}
    found: list[Finding] = []
    now, transaction, variables = "", True, False
    for number, line in enumerate(read(path).splitlines(), start=1):
        annotation = _ANNOTATION.fullmatch(line)
        word = annotation[1].lower() if annotation else ""
        if word in sections:
            now = word
        elif word == "no transaction":
            transaction = False
        elif word.startswith("envsub"):
            variables = word == "envsub on"
        elif annotation and word not in ("statementbegin", "statementend"):
            found.append(unmapped(f"unknown annotation `{line.strip()}`", path, number))
        elif variables and _VARIABLE.search(line):
            hint = "Write the value itself, or set it in the session and read it with current_setting()."
            found.append(unmapped("a variable of the environment in SQL", path, number, hint=hint))
        for section, lines in sections.items():
            lines.append(line if section == now and not annotation else "")
    if not now:
        found.append(unmapped("no `-- +goose Up`", path, hint="goose refuses it too: add the line."))
    up, down = (trimmed(Part("\n".join(sections[side]), path, 1, transaction)) for side in ("up", "down"))
    identity = str(int(name[1]))
    return Foreign(identity, title(name[2]), up, down, label=name[1], files=(path,)), found


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    """Older versions of goose added a row when a migration was taken back: the newest one of each counts."""
    del known
    newest: dict[int, bool] = {}
    for row in sorted(history[0] or (), key=lambda row: row["id"]):
        newest[row["version_id"]] = row["is_applied"]
    return tuple(Applied(str(version)) for version, there in sorted(newest.items()) if there and version > 0)


TOOL = Tool("goose", "goose", TABLES, _find, _read, _applied)
