"""Flyway: `V<version>__<description>.sql`, `R__<description>.sql`, `U<version>__…`; a CRC-32 of each in its history.

Facts from https://github.com/flyway/flyway: ResourceNameParser, MigrationVersion, ChecksumCalculator,
CoreMigrationType, PostgreSQLDatabase.getRawCreateScript.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Row, Tool
from schemactl.adopt.reading import folder_with_names, lines_that_match, read, title
from schemactl.adopt.tools import flyway_config
from schemactl.adopt.unmapped import unmapped
from schemactl.core.errors import HistoryError
from schemactl.core.findings import Finding

TABLES = ("flyway_schema_history",)
FOLDERS = ("src/main/resources/db/migration", "db/migration", "sql", "migrations", "db/migrations", ".")
_FILE = re.compile(r"(?:([VUB])([0-9]+(?:[._][0-9]+)*)|(R))__(.+)\.sql")
_CALLBACK = re.compile(r"(?:before|after)[A-Z]\w*|createSchema|beforeConnect", re.ASCII)
_PLACEHOLDER = re.compile(r"\$\{[^}\n]+\}")
_LINE = re.compile(r"\r\n|\r|\n")


def _find(root: Path) -> Place | None:
    found = flyway_config.read(root)
    folders = (*found.locations, *FOLDERS) if found else FOLDERS
    folder = folder_with_names(root, folders, r"[VRUB].*__.*\.sql")
    if folder is None:
        return None
    if found is None:
        return Place(folder, TABLES, "files named V…__….sql")
    return Place(folder, (found.table or TABLES[0],), found.file, {"placeholders": str(found.placeholders).lower()})


def _read(place: Place) -> Reading:
    found: list[Finding] = []
    versioned: list[tuple[tuple[int, ...], Foreign]] = []
    repeatable: list[Foreign] = []
    undo: dict[tuple[int, ...], Part] = {}
    for path in sorted(path for path in place.folder.rglob("*") if path.is_file()):
        if path.suffix in (".java", ".kt", ".class", ".sh", ".py", ".ps1"):
            found.append(unmapped("a migration that is a program", path, hint="Write what it does as SQL."))
        if path.suffix != ".sql":
            continue
        name = _FILE.fullmatch(path.name)
        if name is None or name[1] == "B":
            found.append(_no_counterpart(path, name))
            continue
        text = read(path)
        if place.settings.get("placeholders") != "false":
            found += _placeholders(text, path)
        transaction, problems = flyway_config.script(path)
        found += problems
        part = Part(text, path, transaction=transaction)
        if name[1] == "U":
            undo[_parts(name[2])] = part
        elif name[1] == "V":
            label = name[2] if name[2].isdigit() else ""
            version = _parts(name[2])
            versioned.append((version, Foreign(_written(version), title(name[4]), part, label=label)))
        else:
            # The history knows it by its description, in which `_` has become a blank.
            identity = f"R__{name[4].replace('_', ' ')}"
            repeatable.append(Foreign(identity, title(name[4]), part, repeatable=True))
    versioned.sort(key=lambda pair: pair[0])
    found += _loners(undo, {version for version, _ in versioned})
    whole = [_whole(one, undo.get(version)) for version, one in versioned]
    return Reading((*whole, *(_whole(one, None) for one in repeatable)), tuple(found))


def _whole(one: Foreign, down: Part | None) -> Foreign:
    files = (one.up.file, down.file) if down else (one.up.file,)
    return Foreign(
        one.identity,
        one.title,
        one.up,
        down,
        label=one.label,
        repeatable=one.repeatable,
        checksum=checksum(one.up.text),
        files=files,
    )


def checksum(text: str) -> str:
    """Flyway's: CRC-32 of the lines without their ends, as a signed number of 32 bits."""
    lines = _LINE.split(text)
    value = zlib.crc32("".join(lines).encode())
    return str(value - (1 << 32) if value >= 1 << 31 else value)


def _no_counterpart(path: Path, name: re.Match[str] | None) -> Finding:
    if name is not None:
        return unmapped("a baseline migration", path, hint="Write a first migration of it, or use `schemactl squash`.")
    if _CALLBACK.match(path.name):
        return unmapped("a callback: schemactl has none", path, hint="Make it a repeatable migration, `R__….sql`.")
    return unmapped("Flyway does not run a file of this name", path, hint="Move it out of the folder.")


def _placeholders(text: str, path: Path) -> Iterator[Finding]:
    for line, match in lines_that_match(text, _PLACEHOLDER):
        hint = "Write the value itself, or set it in the session and read it with current_setting()."
        yield unmapped(f"the placeholder {match[0]}", path, line, hint=hint)


def _loners(undo: Mapping[tuple[int, ...], Part], versions: set[tuple[int, ...]]) -> Iterator[Finding]:
    for version, part in undo.items():
        if version not in versions:
            yield unmapped("undoes a migration that is not there", part.file, hint="Remove it.")


def _parts(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in re.split(r"[._]", version)]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _written(parts: Sequence[int]) -> str:
    return ".".join(map(str, parts))


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    """The newest row of each version or description counts; an undo row takes the one before it back."""
    newest: dict[str, Row] = {}
    for row in sorted(history[0] or (), key=lambda row: row["installed_rank"]):
        if not row["success"]:
            raise HistoryError(
                f"Flyway has {row['script']} as failed",
                hint="Look what is there of it, finish or undo it by hand, then run `flyway repair`.",
            )
        if row["type"] != "SCHEMA":
            newest[_identity(row)] = row
    present = [row for row in newest.values() if row["type"] != "DELETE" and not str(row["type"]).startswith("UNDO")]
    found = [_one(row) for row in present if row["type"] != "BASELINE"]
    baselines = [_parts(row["version"]) for row in present if row["type"] == "BASELINE"]
    if baselines:
        before = [one.identity for one in known if _is_version(one.identity)]
        before = [identity for identity in before if _parts(identity) <= max(baselines)]
        found += [Applied(before[-1], baseline=True)] if before else []
    return tuple(found)


def _one(row: Row) -> Applied:
    return Applied(_identity(row), str(row["checksum"]) if row["checksum"] is not None else None)


def _identity(row: Row) -> str:
    return _written(_parts(row["version"])) if row["version"] is not None else f"R__{row['description']}"


def _is_version(identity: str) -> bool:
    return not identity.startswith("R__")


TOOL = Tool("flyway", "Flyway", TABLES, _find, _read, _applied)
