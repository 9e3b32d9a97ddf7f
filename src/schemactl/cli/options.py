"""Options that several commands share."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemactl.cli.output import Format
from schemactl.core import config
from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity

if TYPE_CHECKING:
    from schemactl.migrations.model import Version

FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the result is written.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the result to this file.")
]
FailOnOption = Annotated[Severity, typer.Option("--fail-on", help="The lowest severity that makes the exit code 1.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes; warnings stay.")]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="FILE", help="Configuration file; by default schemactl.toml here or above."),
]
PostgresOption = Annotated[
    str | None,
    typer.Option(
        "--postgres",
        metavar="SERVER",
        help="Throwaway server: embedded, local, local:/path/to/bin, container:IMAGE, existing:DSN.",
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        "-d",
        metavar="DSN",
        help="The database; otherwise DATABASE_URL, or libpq's PG* variables and files.",
    ),
]
FolderArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="FOLDER", help="A project (a folder with schemactl.toml) or a folder of migrations; default: here."
    ),
]
PresetOption = Annotated[
    str | None,
    typer.Option(
        "--preset", metavar="PRESET", help="What new databases hold: plain, supabase, or a .sql file of your own."
    ),
]

SchemaOption = Annotated[
    list[str] | None, typer.Option("--schema", metavar="SCHEMA", help="Take in this schema alone; may be repeated.")
]
ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", help="Leave this schema out; may be repeated.", metavar="SCHEMA")
]


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
