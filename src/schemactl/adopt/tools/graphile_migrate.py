"""graphile-migrate: `migrations/committed/<digits>[-<message>].sql` with a chain of hashes in their headers.

Facts from https://github.com/graphile/migrate: src/migration.ts, src/header.ts, src/hash.ts.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Tool
from schemactl.adopt.reading import glance, holds_statements, lines_that_match, read, sql_files, title, trimmed
from schemactl.adopt.unmapped import unmapped
from schemactl.core.findings import Finding

TABLES = ("graphile_migrate.migrations",)
_FILE = re.compile(r"([0-9]+)(-[-_a-zA-Z0-9]*)?\.sql")
_HEADER = re.compile(r"--! ([A-Z][a-zA-Z0-9_]*)(?::(.*))?")
_NO_TRANSACTION = re.compile(r"--!\s*no-transaction\b[^\n]*\n?")
_BUILT_IN = (":DATABASE_NAME", ":DATABASE_OWNER")
_ACTIONS = ("afterReset", "afterAllMigrations", "afterCurrent", "beforeReset", "beforeAllMigrations", "beforeCurrent")
_COMMENT = re.compile(r"(\"(?:[^\"\\]|\\.)*\")|//[^\n]*|/\*.*?\*/", re.DOTALL)


def _find(root: Path) -> Place | None:
    config = next((name for name in (".gmrc", ".gmrc.js", ".gmrc.cjs") if (root / name).is_file()), None)
    folder = root / "migrations"
    if config is None and not sql_files(folder / "committed", _FILE.pattern):
        return None
    settings = _config(root / config) if config == ".gmrc" else {}
    if settings.get("migrationsFolder"):
        folder = root / str(settings["migrationsFolder"])
    names = (*_BUILT_IN, *settings.get("placeholders", {}))
    told = {"placeholders": " ".join(names), "actions": " ".join(one for one in _ACTIONS if settings.get(one))}
    return Place(folder, TABLES, config or "migrations/committed", {**told, "config": str(root / (config or ""))})


def _config(path: Path) -> Mapping[str, Any]:
    """JSON with comments; what cannot be read says nothing."""
    text = _COMMENT.sub(lambda found: found[1] or "", glance(path))
    try:
        found = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _read(place: Place) -> Reading:
    found: list[Finding] = list(_around(place))
    migrations: list[Foreign] = []
    placeholders = _placeholders(place)
    for path in sql_files(place.folder / "committed"):
        name = _FILE.fullmatch(path.name)
        if name is None:
            found.append(unmapped("graphile-migrate does not run a file of this name", path, hint="Move it away."))
            continue
        text = read(path)
        headers, body, line = _headers(text)
        for at, match in lines_that_match(text, placeholders):
            found.append(unmapped(f"the placeholder {match[0]}", path, at, hint="Write the value itself."))
        written = headers.get("Hash", "")
        previous = headers.get("Previous", "-")
        if written != _hash(body, previous) and "AllowInvalidHash" not in headers:
            hint = "Bring back the committed text, or say `--! AllowInvalidHash`."
            found.append(unmapped("its text does not have the hash that its header says", path, hint=hint))
        marker = _NO_TRANSACTION.match(body)
        part = trimmed(Part(body, path, line))
        if marker:
            part = trimmed(Part(body[marker.end() :], path, line + 1, transaction=False))
        slug = title((name[2] or "").lstrip("-"), "migration")
        migrations.append(Foreign(f"{name[1]}.sql", slug, part, label=name[1], checksum=written or None, files=(path,)))
    return Reading(tuple(migrations), tuple(found))


def _headers(text: str) -> tuple[dict[str, str], str, int]:
    """The headers, the body behind them, and the line that it begins on."""
    lines = text.splitlines(keepends=True)
    headers: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line.rstrip("\r\n"))
        if header is None:
            break
        headers[header[1]] = (header[2] or "").strip()
    rest = lines[len(headers) :]
    blank = next((index for index, line in enumerate(rest) if line.strip()), 0)
    return headers, "".join(rest[blank:]), len(headers) + blank + 1


def _hash(body: str, previous: str) -> str:
    before = "" if previous == "-" else previous
    content = f"{before}\n{body.strip()}".strip() + "\n"
    return "sha1:" + hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()


def _around(place: Place) -> Iterator[Finding]:
    current = place.folder / "current"
    for path in (place.folder / "current.sql", *(sql_files(current) if current.is_dir() else ())):
        if path.is_file() and holds_statements(Part(read(path), path)):
            hint = "Commit it with `graphile-migrate commit` first, or move it to a new migration."
            yield unmapped("a current migration that is not committed", path, hint=hint)
    for action in place.settings.get("actions", "").split():
        hint = "Run it after `schemactl apply` yourself, or make it a repeatable migration."
        yield unmapped(f"the action `{action}`: schemactl has none", Path(place.settings["config"]), hint=hint)
    if place.clue.endswith("js"):
        yield unmapped(
            "a configuration that is a program: its actions and placeholders are not known", Path(place.clue)
        )


def _placeholders(place: Place) -> re.Pattern[str]:
    names = place.settings.get("placeholders", " ".join(_BUILT_IN)).split()
    return re.compile("(?:" + "|".join(map(re.escape, names)) + r")\b")


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    del known
    rows = sorted(history[0] or (), key=lambda row: row["filename"])
    return tuple(Applied(row["filename"], row["hash"]) for row in rows)


TOOL = Tool("graphile-migrate", "graphile-migrate", TABLES, _find, _read, _applied)
