"""Reading a folder of migrations. Nothing in it that ends in `.sql` is ever skipped in silence."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from schemactl.core.errors import ConfigError, Place
from schemactl.migrations import names
from schemactl.migrations.model import Folder, Migration, SqlFile, Version
from schemactl.migrations.names import Name, Role
from schemactl.migrations.numbering import after
from schemactl.sql.source import decode


def load(folder: Path) -> Folder:
    """Read every migration of `folder`, ordered by number, repeatables behind them by name.

    Raises ConfigError (exit 2) for a folder that is missing, empty or unreadable, a `.sql` file whose name fits no
    pattern or whose number is taken, a down file without its up, and a file that is not UTF-8. Other files, and hidden
    ones, are left alone.
    """
    found = scan(folder)
    downs = {name.version: path for path, name in found.items() if name.role is Role.DOWN}
    migrations = [
        Migration(name.version, name.name, read(path), read(downs[name.version]) if name.version in downs else None)
        for path, name in found.items()
        if name.role is not Role.DOWN
    ]
    if not migrations:
        raise ConfigError(
            "the folder holds no migration", place=Place(str(folder)), hint="Make one with `schemactl new NAME`."
        )
    return Folder(
        path=folder,
        versioned=tuple(sorted((m for m in migrations if m.version), key=_number)),
        repeatable=tuple(sorted((m for m in migrations if m.repeatable), key=lambda migration: migration.name)),
    )


def scan(folder: Path) -> Mapping[Path, Name]:
    """The migration files of `folder` and what their names say, unread; may be empty. Raises as `load` does."""
    paths = _sql_files(folder)
    found = {path: name for path in paths if (name := names.read(path.name)) is not None}
    _require_patterns(folder, paths, found)
    _require_distinct_numbers(folder, [name for name in found.values() if name.role is Role.UP])
    _require_distinct_numbers(folder, [name for name in found.values() if name.role is Role.DOWN])
    _require_ups(found)
    return found


def read(path: Path) -> SqlFile:
    """Read one file. Raises ConfigError when it cannot be read, SourceError when it is not UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", place=Place(str(path))) from error
    return SqlFile(path, decode(content, str(path)), hashlib.sha256(content).hexdigest())


def _sql_files(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except FileNotFoundError as error:
        raise ConfigError(
            "no such folder of migrations",
            place=Place(str(folder)),
            hint="Set `migrations` in schemactl.toml, or start with `schemactl init`.",
        ) from error
    except OSError as error:
        raise ConfigError(f"not a readable folder: {error.strerror}", place=Place(str(folder))) from error
    visible = [entry for entry in entries if not entry.name.startswith(".")]
    for entry in visible:
        if entry.is_dir():
            _refuse_sub_folder(folder, entry)
    return [entry for entry in visible if entry.suffix.lower() == ".sql"]


def _refuse_sub_folder(folder: Path, entry: Path) -> None:
    if entry.suffix.lower() == ".sql":
        raise ConfigError("a directory that is named as a migration", place=Place(str(entry)), hint="Rename it.")
    inner = next((path for path in sorted(entry.rglob("*")) if path.suffix.lower() == ".sql"), None)
    if inner is not None:
        raise ConfigError(
            "SQL in a sub-folder would never be applied",
            place=Place(str(inner)),
            hint=f"Move it to {folder}, or out of that folder.",
        )


def _require_patterns(folder: Path, paths: list[Path], found: Mapping[Path, Name]) -> None:
    wrong = [path for path in paths if path not in found]
    if not wrong:
        return
    label = after(max((name.version for name in found.values() if name.version), default=None))
    renames = [f"{path.name} → {names.suggest(path.name, label)}" for path in wrong]
    one = len(wrong) == 1
    raise ConfigError(
        f"a .sql file's name must be {names.PATTERNS}" + ("" if one else f"; {len(wrong)} are not"),
        place=Place(str(wrong[0] if one else folder)),
        hint="Rename: " + "; ".join(renames) + ".",
    )


def _require_distinct_numbers(folder: Path, found: list[Name]) -> None:
    seen: dict[Version | None, Name] = {}
    for name in found:
        other = seen.setdefault(name.version, name)
        if other is not name:
            raise ConfigError(
                f"{other} and {name} have the same number",
                place=Place(str(folder)),
                hint="Give one of them a number of its own; the one that no database has yet.",
            )


def _require_ups(found: Mapping[Path, Name]) -> None:
    ups = {name.version: name for name in found.values() if name.role is Role.UP}
    for path, name in found.items():
        if name.role is not Role.DOWN:
            continue
        wanted = Name(Role.UP, name.name, name.version)
        up = ups.get(name.version)
        if up == wanted:
            continue
        hint = f"Name it after {up}." if up else f"Add {wanted} beside it, or remove it."
        raise ConfigError(f"a down file without its up file {wanted}", place=Place(str(path)), hint=hint)


def _number(migration: Migration) -> int:
    return migration.version.number if migration.version else 0
