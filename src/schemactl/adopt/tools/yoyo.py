"""yoyo: `<id>.sql` with `<id>.rollback.sql`, or `<id>.py` with steps; ids in `_yoyo_migration`.

A Python migration whose steps are nothing but SQL text is taken over; a step that is a function cannot be. Facts from
yoyo/migrations.py and yoyo/backends/base.py: https://ollycope.com/software/yoyo/.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Tool
from schemactl.adopt.reading import USUAL_FOLDERS, glance, ini, read, sql_files, title, trimmed
from schemactl.adopt.tools.yoyo_steps import steps
from schemactl.adopt.unmapped import unmapped
from schemactl.core.errors import ConfigError, HistoryError
from schemactl.core.errors import Place as Where
from schemactl.core.findings import Finding

TABLES = ("_yoyo_migration", "yoyo_lock")
_ROLLBACK = ".rollback.sql"
_DIRECTIVE = re.compile(r"^\s*--\s*(transactional|depends)\s*:\s*(.*?)\s*$", re.MULTILINE)
_COMMENTS = re.compile(r"(?:\s*(?:--[^\n]*)?(?:\n|\Z))*?(?=\s*[^\s-]|\Z)")
_DATED = re.compile(r"([0-9]{8})_([0-9]{2})_[A-Za-z0-9]{5}(?:-(.*))?")
_NUMBERED = re.compile(r"([0-9]+)[._-]?(.*)")
_CLUE = re.compile(r"__depends__|from yoyo import|^--\s*depends:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    path: Path
    up: Part
    down: Part | None
    depends: tuple[str, ...]
    problems: tuple[Finding, ...] = ()


def _find(root: Path) -> Place | None:
    config = root / "yoyo.ini"
    if config.is_file():
        parser = ini(config)
        sources = parser.get("DEFAULT", "sources", fallback="").split() or ["migrations"]
        table = parser.get("DEFAULT", "migration_table", fallback=TABLES[0])
        return Place(root / sources[0], (table, *TABLES[1:]), config.name)
    for folder in USUAL_FOLDERS:
        files = sql_files(root / folder, r".*\.(?:sql|py)")
        if any(path.name.endswith(_ROLLBACK) or _CLUE.search(glance(path)) for path in files):
            return Place(root / folder, TABLES, "`-- depends:`, `__depends__` or .rollback.sql")
    return None


def _read(place: Place) -> Reading:
    found: list[Finding] = []
    files: dict[str, _File] = {}
    for path in sql_files(place.folder, r".*\.(?:sql|py)"):
        if path.name.endswith(_ROLLBACK) or path.name == "__init__.py":
            continue
        if path.name.startswith("post-apply"):
            found.append(unmapped("a hook that runs after every run", path, hint="Make it a repeatable migration."))
            continue
        one = _of_sql(path) if path.suffix == ".sql" else _of_python(path)
        files[one.name] = one
        found += one.problems
    for one in files.values():
        found += [
            unmapped(f"depends on {name}, which is not there", one.path) for name in one.depends if name not in files
        ]
    ordered = [files[name] for name in _order(files, place.folder)]
    return Reading(tuple(_foreign(one) for one in ordered), tuple(found))


def _foreign(one: _File) -> Foreign:
    dated = _DATED.fullmatch(one.name)
    numbered = _NUMBERED.fullmatch(one.name)
    label = f"{dated[1]}{dated[2]}" if dated else numbered[1] if numbered else ""
    rest = (dated[3] or "") if dated else numbered[2] if numbered else one.name
    reverse = one.path.with_name(f"{one.name}{_ROLLBACK}")
    files = (one.path, reverse) if one.path.suffix == ".sql" and reverse.is_file() else (one.path,)
    return Foreign(one.name, title(rest), one.up, one.down, label=label, files=files)


def _of_sql(path: Path) -> _File:
    name = path.name.removesuffix(".sql")
    text = read(path)
    said = dict(_DIRECTIVE.findall(_head(text)))
    transaction = said.get("transactional", "true").lower() != "false"
    reverse = path.with_name(f"{name}{_ROLLBACK}")
    down = trimmed(Part(_plain(read(reverse)), reverse)) if reverse.is_file() else None
    up = trimmed(Part(_plain(text), path, transaction=transaction))
    return _File(name, path, up, down, tuple(said.get("depends", "").split()))


def _head(text: str) -> str:
    found = _COMMENTS.match(text)
    return found[0] if found else ""


def _plain(text: str) -> str:
    """The text with an empty line where a directive of yoyo's stood."""
    head = _head(text)
    return _DIRECTIVE.sub("", head) + text[len(head) :]


def _of_python(path: Path) -> _File:
    name = path.name.removesuffix(".py")
    found = steps(read(path), str(path))
    up = Part(found.up, path, found.line, transaction=found.transaction)
    down = Part(found.down, path, found.line) if found.down else None
    hint = "Write what it does as SQL, under the same number."
    problems = [unmapped(message, path, line, hint=hint) for line, message in found.problems]
    return _File(name, path, up, down, found.depends, tuple(problems))


def _order(files: dict[str, _File], folder: Path) -> Sequence[str]:
    """By name, and each behind what it depends on."""
    sorter = TopologicalSorter({name: [d for d in one.depends if d in files] for name, one in files.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise ConfigError(
            f"migrations depend on each other: {' → '.join(error.args[1])}", place=Where(str(folder))
        ) from error
    order: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()])
        order.append(ready.pop(0))
        sorter.done(order[-1])
    return order


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    del known
    locks = history[1] if len(history) > 1 else None
    if locks:
        raise HistoryError(
            f"yoyo holds its lock here (process {locks[0].get('pid')}): it is at work, or died",
            hint="Let it finish; when it is dead, look what it left, then run `yoyo break-lock`.",
        )
    return tuple(Applied(str(row["migration_id"])) for row in history[0] or ())


TOOL = Tool("yoyo", "yoyo", TABLES, _find, _read, _applied)
