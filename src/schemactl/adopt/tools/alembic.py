"""Alembic: the SQL that `alembic upgrade base:heads --sql` writes, cut at the revisions; heads in `alembic_version`.

The revisions themselves are programs. What they would send is in the offline SQL, one section a revision in the order
of the chain: https://alembic.sqlalchemy.org/en/latest/offline.html, and alembic/runtime/migration.py.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from schemactl.adopt.model import Applied, Counterpart, Foreign, History, Part, Place, Reading, Tool
from schemactl.adopt.reading import cut_out, ini, read, sections, sql_files, trimmed
from schemactl.adopt.tools.alembic_revisions import Revision, revisions
from schemactl.adopt.unmapped import unmapped
from schemactl.core.errors import HistoryError, SourceError
from schemactl.core.findings import Finding
from schemactl.migrations.names import slug
from schemactl.sql import parse
from schemactl.sql.transactions import Control, control

TABLES = ("alembic_version",)
COMMANDS = "`alembic upgrade base:heads --sql > upgrade.sql`, `alembic downgrade heads:base --sql > downgrade.sql`"
_STEP = re.compile(r"^-- Running (upgrade|downgrade) ([^\n]*?) ?-> ?([^\n]*?)[^\S\n]*$", re.MULTILINE)
_WRITES_VERSION = re.compile(
    r"(?:INSERT INTO|UPDATE|DELETE FROM|DROP TABLE) (?:\S+\.)?alembic_version\b", re.IGNORECASE
)


def _find(root: Path) -> Place | None:
    config = root / "alembic.ini"
    if not config.is_file():
        return None
    scripts = ini(config).get("alembic", "script_location", fallback="alembic")
    return Place(root, TABLES, config.name, {"versions": str(root / scripts / "versions")})


def _read(place: Place) -> Reading:
    known = revisions(Path(place.settings["versions"])) if "versions" in place.settings else {}
    ups: dict[str, tuple[Part, tuple[str, ...]]] = {}
    downs: dict[str, Part] = {}
    for path in [place.folder] if place.folder.is_file() else sql_files(place.folder):
        for direction, before, after, part in _steps(path):
            if direction == "upgrade":
                ups.update(dict.fromkeys(after, (part, before)))
            else:
                downs.update(dict.fromkeys(before, part))
    migrations = tuple(
        Foreign(
            revision,
            slug(known[revision].message) if revision in known else slug(revision),
            part,
            downs.get(revision),
            parents=(*parents, *(known[revision].depends_on if revision in known else ())),
            files=(part.file, *((downs[revision].file,) if revision in downs else ())),
        )
        for revision, (part, parents) in ups.items()
    )
    return Reading(migrations, tuple(_missing(ups, known, place.folder)))


def _steps(path: Path) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], Part]]:
    """Direction, revisions before and after, and SQL of each section of a file."""
    for mark, body, line in sections(read(path), _STEP):
        part = _without_bookkeeping(Part(body, path, line))
        yield mark[1], _names(mark[2]), _names(mark[3]), part


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _without_bookkeeping(part: Part) -> Part:
    """Without Alembic's version and transactions. What it put between two of these runs outside any."""
    try:
        statements = parse.parse(part.text).statements
    except SourceError:
        return trimmed(part)
    inside = transaction = True
    gone = []
    for statement in statements:
        kind = control(statement)
        if kind in (Control.BEGIN, Control.COMMIT):
            inside = kind is Control.BEGIN
        if kind in (Control.BEGIN, Control.COMMIT) or _WRITES_VERSION.match(statement.text):
            gone.append(statement)
        elif not inside:
            transaction = False
    return trimmed(replace(part, text=cut_out(part.text, gone), transaction=transaction))


def _missing(
    ups: Mapping[str, tuple[Part, tuple[str, ...]]], known: Mapping[str, Revision], folder: Path
) -> Iterator[Finding]:
    if not ups:
        message = "no SQL of Alembic's here: its revisions are programs, and only Alembic can say what they send"
        yield unmapped(message, folder, hint=f"Run {COMMANDS}, then `schemactl adopt alembic --from .`")
        return
    for revision in known.values():
        if revision.name not in ups:
            yield unmapped("a revision that is not in the SQL", revision.file, hint=f"Write it anew: {COMMANDS}.")
    for name, (part, parents) in ups.items():
        for parent in parents:
            if parent not in ups:
                message = f"revision {name} builds on {parent}, which is not in the SQL"
                yield unmapped(message, part.file, part.line, hint=f"Write it from the beginning: {COMMANDS}.")


def _applied(history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    """The heads that are recorded, and everything that they build on. Raises HistoryError for a head that is not here.

    What that one builds on is not known then, and counted as not applied it would be run again.
    """
    parents = {one.identity: one.parents for one in known}
    ahead = [str(row["version_num"]) for row in history[0] or ()]
    unknown = [head for head in ahead if head not in parents]
    if unknown and known:  # that there is no SQL at all is a finding
        raise HistoryError(
            f"the target is at Alembic's revision {unknown[0]}, which is not in the SQL here",
            hint=f"Write the SQL anew from the revisions that the target has: {COMMANDS}.",
        )
    there: dict[str, None] = {}
    while ahead:
        revision = ahead.pop()
        if revision not in there:
            there[revision] = None
            ahead += parents.get(revision, ())
    return tuple(Applied(revision) for revision in there)


TOOL = Tool("alembic", "Alembic", TABLES, _find, _read, _applied)
