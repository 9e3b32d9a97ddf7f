"""What the words of a command line mean, without Typer."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.core import config
from schemactl.core.errors import UsageError

if TYPE_CHECKING:
    from schemactl.migrations.model import Version


def load_config(config_file: Path | None, folder: Path | None = None) -> config.Config:
    """The configuration from `--config`, or found from `folder` (default: here) upwards.

    A folder that is no project of its own is the folder of migrations.
    """
    found = config.load(config_file or folder or Path())
    if folder is None or (config_file is None and found.root.resolve() == folder.resolve() and found.source):
        return found
    return replace(found, migrations=str(folder.absolute()))


def override(found: config.Config, **given: str | None) -> config.Config:
    """The configuration with what the command line says instead; None says nothing."""
    return replace(found, **{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]


def dsn(database: str | None) -> str:
    """The database that is meant, by the option or the environment. Raises UsageError."""
    from schemactl.db.dsn import resolve

    return resolve(database)


def version(text: str | None, option: str = "--to") -> "Version | None":
    """The version that an option names, None where it is not given. Raises UsageError."""
    return None if text is None else required_version(text, option)


def required_version(text: str, option: str = "VERSION") -> "Version":
    """The version that an argument names. Raises UsageError."""
    from schemactl.migrations.model import Version

    try:
        return Version.parse(text)
    except ValueError:
        raise UsageError(
            f"{option} takes a version, not `{text}`", hint="It is the digits before the first `_` of a file's name."
        ) from None
