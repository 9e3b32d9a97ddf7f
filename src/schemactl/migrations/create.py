"""Making the files of a new migration."""

import errno
from datetime import datetime
from pathlib import Path

from schemactl.core.errors import ConfigError, Place, UsageError
from schemactl.core.resources import read_text
from schemactl.migrations import files, names
from schemactl.migrations.model import Version
from schemactl.migrations.names import Name, Role
from schemactl.migrations.numbering import Numbering, following


def create(
    folder: Path, title: str, now: datetime, *, numbering: Numbering | None = None, down: bool = False
) -> tuple[Path, ...]:
    """Write the next migration of `folder`, and its down file where wanted; what was written, in order.

    Raises UsageError for a title without a letter or digit, ConfigError for a folder that `files.scan` refuses or that
    cannot be written.
    """
    name = _name(title)
    found = files.scan(folder).values()
    version = Version.parse(following((one.version for one in found if one.version), now, numbering))
    written = [_write(folder, Name(Role.UP, name, version), "up.sql")]
    if down:
        written.append(_write(folder, Name(Role.DOWN, name, version), "down.sql"))
    return tuple(written)


def create_repeatable(folder: Path, title: str) -> tuple[Path, ...]:
    """Write a new repeatable migration. Raises as `create` does, and UsageError when there is one of that name."""
    files.scan(folder)
    return (_write(folder, Name(Role.REPEATABLE, _name(title)), "repeatable.sql"),)


def _name(title: str) -> str:
    if not any(character.isalnum() for character in title):
        raise UsageError(f"`{title}` is no name", hint="Say what changes: `schemactl new 'add orders'`.")
    return names.slug(title)


def _write(folder: Path, name: Name, template: str) -> Path:
    path = folder / str(name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(read_text("schemactl.migrations", f"templates/{template}").replace("<name>", name.name))
    except FileExistsError as error:
        raise UsageError("there is such a file", place=Place(str(path)), hint="Choose another name.") from error
    except OSError as error:
        hint = "Choose a shorter name." if error.errno == errno.ENAMETOOLONG else None
        raise ConfigError(f"cannot be written: {error.strerror}", place=Place(str(path)), hint=hint) from error
    return path
