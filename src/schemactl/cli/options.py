"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli.output import Format
from schemactl.core import config
from schemactl.core.findings import Severity

FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the result is written.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write the result to this file.")]
FailOnOption = Annotated[Severity, typer.Option("--fail-on", help="The lowest severity that makes the exit code 1.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes; warnings stay.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file; by default schemactl.toml here or above.")
]
PostgresOption = Annotated[
    str | None,
    typer.Option(
        "--postgres", help="Throwaway server: embedded, local, local:/path/to/bin, container:IMAGE, existing:DSN."
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", "-d", help="Target DSN; otherwise DATABASE_URL, or libpq's PG* variables and files."),
]


def load_config(config_file: Path | None, start: Path | None = None) -> config.Config:
    """The configuration from `--config`, or found from `start` (default: here) upwards."""
    return config.load(config_file or start or Path())
