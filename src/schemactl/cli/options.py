"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli.output import Format
from schemactl.core.findings import Severity

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
        help="Throwaway server: embedded, local, local:16, local:/path/to/bin, container:IMAGE, existing:DSN.",
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
