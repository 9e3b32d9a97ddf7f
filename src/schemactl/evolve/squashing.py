"""One migration in place of many: the same catalog and the same rows, proved before anything is written."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.catalog.difference import difference
from schemactl.catalog.snapshot import Identity, Snapshot
from schemactl.core.errors import ConfigError, StatementError, UsageError
from schemactl.evolve import contents, proving, renaming, rendering, roles, script
from schemactl.evolve.contents import Contents
from schemactl.evolve.model import Mode, Objects, Part, Placed, Script, Step
from schemactl.evolve.naming import dotted
from schemactl.migrations.model import Folder, Migration, Version

if TYPE_CHECKING:
    from schemactl.apply.sources import Reader
    from schemactl.servers import Database

KEPT = ".squashed"
_ROWS = Identity("rows", ("rows",))
_CLUSTER = re.compile(r"\b(?:create|alter|drop)\s+(?:role|user|group|database|system|tablespace)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Squashed:
    """The text that replaces `migrations`, and where it goes; `notes` are what a person must know."""

    path: Path
    text: str
    migrations: tuple[Migration, ...]
    rows: int
    notes: tuple[str, ...]


def squash(folder: Folder, to: Version, reader: "Reader") -> Squashed:
    """One file for the migrations of `folder` up to `to`. Raises UsageError, StatementError where it is not equal."""
    chosen = tuple(migration for migration in folder.versioned if migration.version and migration.version <= to)
    if not any(migration.version == to for migration in chosen):
        raise UsageError(f"no migration in {folder.path} has version {to}")
    if len(chosen) < 2:
        raise UsageError(f"only one migration is there up to {to}: nothing to squash")
    server = reader.server()
    there = roles.present(server.admin_dsn)
    with server.database("empty") as empty, server.database("many") as many:
        reader.apply(replace(folder, versioned=chosen, repeatable=()), many.dsn)
        base, goal = reader.snapshot(empty.dsn), reader.snapshot(many.dsn)
        start, wanted = contents.read(empty.superuser_dsn), contents.read(many.superuser_dsn)
        made = {name: role for name, role in roles.present(server.admin_dsn).items() if name not in there}
        written = renaming.before(script.write(base, goal, many.role), roles.creation(made))
        rows = contents.added(start, wanted)
        text = _text(written, rows, chosen, goal_views=_populated(goal.objects))
    roles.forget(server.admin_dsn, made)
    with server.database("one") as one:
        _prove(text, reader, one, goal, wanted)
    name = f"{chosen[-1].version}_squashed.sql"
    return Squashed(
        folder.path / name, text, chosen, sum("INSERT INTO" in row for row in rows), _notes(chosen, written)
    )


def write(found: Squashed) -> Path:
    """Write the file, and move those that it replaces to a hidden folder beside it, down files too; that folder.

    Raises ConfigError, and leaves everything where it was, when that cannot be done.
    """
    kept = found.path.parent / KEPT
    fresh = found.path.with_name(f".{found.path.name}")
    moved: list[Path] = []
    try:
        fresh.write_text(found.text, encoding="utf-8", newline="")
        kept.mkdir(exist_ok=True)
        for file in (file for migration in found.migrations for file in (migration.up, migration.down) if file):
            file.path.rename(kept / file.path.name)
            moved.append(file.path)
        fresh.replace(found.path)
    except OSError as error:
        for path in moved:
            (kept / path.name).rename(path)
        fresh.unlink(missing_ok=True)
        raise ConfigError(f"cannot be written: {error}") from error
    return kept


def _text(written: Script, rows: list[str], chosen: tuple[Migration, ...], *, goal_views: list[str]) -> str:
    if any(part.mode is Mode.ALONE for part in written.parts) or len(written.parts) > 1:
        raise StatementError(
            "the migrations change tables that the preset brings, which needs more than one file",
            hint="Squash up to the version before that, or write the rest by hand.",
        )
    if written.unwritten:
        raise StatementError(f"cannot be squashed: {'; '.join(written.unwritten)}")
    steps = written.parts[0].steps if written.parts else ()
    steps += tuple(Placed(_ROWS, Step(text)) for text in (*rows, *goal_views))
    whole = replace(written, parts=(Part(Mode.TOGETHER, steps),))
    (text,) = rendering.files(
        whole, destructive=True, title=f"In place of {chosen[0].path.stem} to {chosen[-1].path.stem}"
    )
    replaced = ",".join(str(migration.version) for migration in chosen)
    return f"-- schemactl:replaces={replaced}\n{text}"


def _populated(objects: Objects) -> list[str]:
    return [
        f"REFRESH MATERIALIZED VIEW {dotted(identity.path)}"
        for identity, a in objects.items()
        if identity.kind == "materialized view" and a.get("populated")
    ]


def _prove(text: str, reader: "Reader", database: "Database", goal: Snapshot, rows: Contents) -> None:
    """Apply the one file to a fresh database and compare everything."""
    proving.apply_files(reader, [text], database.dsn)
    left = difference(reader.snapshot(database.dsn), goal)
    if left:
        raise StatementError(f"one file in place of many leaves {proving.listed(left)}")
    found = contents.read(database.superuser_dsn)
    for name, table in rows.tables.items():
        if name not in found.tables or found.tables[name].rows != table.rows:
            raise StatementError(f"one file in place of many leaves other rows in {name}")
    for name, state in rows.sequences.items():
        if found.sequences.get(name) != state:
            raise StatementError(f"one file in place of many leaves sequence {name} at another number")


def _notes(chosen: tuple[Migration, ...], written: Script) -> tuple[str, ...]:
    """What a catalog does not hold, and so the file neither: changes of roles, the database's own settings."""
    cluster = [migration.path.name for migration in chosen if _CLUSTER.search(migration.text)]
    notes = list(written.notes)
    if cluster:
        notes.append(
            f"{', '.join(cluster)} make or change roles or the database itself, which no catalog of a schema holds: "
            "the file makes the roles that are new, without passwords; copy by hand what else is still needed of that"
        )
    return tuple(notes)
