"""Sqitch: changes in the order of `sqitch.plan`, a script for each direction; what is deployed in schema `sqitch`.

Facts from https://github.com/sqitchers/sqitch: lib/App/Sqitch/Plan.pm, Plan/Change.pm, Engine/pg.sql.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Tool
from schemactl.adopt.reading import ini, read, title
from schemactl.adopt.unmapped import unmapped
from schemactl.core.errors import HistoryError, SourceError
from schemactl.core.errors import Place as Where
from schemactl.core.findings import Finding

TABLES = ("sqitch.changes", "sqitch.events")
_LINE = re.compile(
    r"\s*(?P<sign>[@+-]?)\s*(?P<name>[^\s\[@#]+)\s*(?:\[[^\]]*\])?\s*\d{4}-\d\d-\d\dT\S+Z\s+.*<[^>]*>\s*(?:#.*)?"
)
_PROJECT = re.compile(r"^%project=(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of the plan; `suffix` is `@tag` where a later change of that name reworked it."""

    name: str
    line: int
    suffix: str = ""


def _find(root: Path) -> Place | None:
    parser = ini(root / "sqitch.conf")
    top = parser.get("core", "top_dir", fallback=".")
    plan = root / parser.get("core", "plan_file", fallback=str(Path(top) / "sqitch.plan"))
    if not plan.is_file():
        return None
    registry = parser.get('engine "pg"', "registry", fallback="sqitch")
    tables = tuple(f"{registry}.{table.partition('.')[2]}" for table in TABLES)
    names = {side: parser.get("core", f"{side}_dir", fallback="") for side in ("deploy", "revert")}
    settings = {side: str(root / name) for side, name in names.items() if name}
    return Place(root / top, tables, plan.name, {"plan": str(plan), **settings})


def _read(place: Place) -> Reading:
    plan = Path(place.settings.get("plan", place.folder / "sqitch.plan"))
    text = read(plan)
    project = _PROJECT.search(text)
    found: list[Finding] = []
    migrations: list[Foreign] = []
    for change in _changes(text, place, plan):
        script = _script(place, "deploy", change)
        if not script.is_file():
            found.append(unmapped(f"{change.name} has no deploy script {script}", plan, change.line))
            continue
        revert = _script(place, "revert", change)
        down = Part(read(revert), revert) if revert.is_file() else None
        digest = hashlib.sha1(script.read_bytes(), usedforsecurity=False).hexdigest()
        identity = f"{project[1] if project else ''}:{change.name}{change.suffix}"
        files = (script, revert) if down else (script,)
        name = title((change.name + change.suffix.replace("@", "_")).replace("/", "_"))
        migrations.append(Foreign(identity, name, Part(read(script), script), down, checksum=digest, files=files))
    return Reading(tuple(migrations), tuple(found))


def _script(place: Place, side: str, change: _Change) -> Path:
    return Path(place.settings.get(side, place.folder / side)) / f"{change.name}{change.suffix}.sql"


def _changes(text: str, place: Place, plan: Path) -> Iterator[_Change]:
    """The changes in order. One that a later line names again has its scripts under a tag between the two."""
    lines = list(_lines(text, plan))
    for index, (number, sign, name) in enumerate(lines):
        if sign == "@":
            continue
        later = [line for line in lines[index + 1 :] if line[1] != "@" and line[2] == name]
        tags = [tag for at, mark, tag in lines[index + 1 :] if mark == "@" and later and at < later[0][0]]
        there = [tag for tag in tags if _script(place, "deploy", _Change(name, number, f"@{tag}")).is_file()]
        suffix = next((f"@{tag}" for tag in (*there, *tags)), "")
        yield _Change(name, number, suffix)


def _lines(text: str, plan: Path) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(("%", "#")):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise SourceError("no line of a Sqitch plan", place=Where(str(plan), number))
        yield number, found["sign"], found["name"]


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    """The k-th row of a name is its k-th change: what was reworked is deployed under one name."""
    project = known[0].identity.partition(":")[0] if known else ""
    changes, events = (
        sorted((row for row in table or () if row["project"] == project), key=lambda row: str(row["committed_at"]))
        for table in (history[0], history[1] if len(history) > 1 else None)
    )
    if events and events[-1]["event"] == "fail":
        raise HistoryError(
            f"Sqitch's last deploy failed, at {events[-1]['change']}: nobody knows how much of that script ran",
            hint="Look what is there of it, undo it by hand, and bring `sqitch deploy` or `sqitch revert` to an end.",
        )
    waiting: dict[str, list[str]] = {}
    for one in known:
        waiting.setdefault(one.identity.partition("@")[0], []).append(one.identity)
    found = []
    for row in changes:
        name = f"{project}:{row['change']}"
        identities = waiting.get(name)
        found.append(Applied(identities.pop(0) if identities else name, row["script_hash"]))
    return tuple(found)


TOOL = Tool("sqitch", "Sqitch", TABLES, _find, _read, _applied)
