"""`schemactl apply`: ship the migrations to a real database."""

from typing import Annotated

import typer

from schemactl.cli.applying import Request, run
from schemactl.cli.options import (
    ConfigOption,
    DatabaseOption,
    FolderArgument,
    FormatOption,
    OutputOption,
    QuietOption,
)
from schemactl.cli.output import Format

app = typer.Typer()


@app.command()
def apply(
    *,
    folder: FolderArgument = None,
    database: DatabaseOption = None,
    to: Annotated[str | None, typer.Option("--to", help="Stop after this version.", metavar="VERSION")] = None,
    out_of_order: Annotated[
        bool, typer.Option("--out-of-order", help="Also run files below the last applied version.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run, and change nothing.")] = False,
    config_file: ConfigOption = None,
    output_format: FormatOption = Format.CONSOLE,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> int:
    """Apply pending migrations to a database. Each is a transaction, with its history row in it."""
    return run(
        Request(
            folder=str(folder) if folder else None,
            database=database,
            to=to,
            out_of_order=out_of_order,
            dry_run=dry_run,
            config_file=str(config_file) if config_file else None,
            output=output_format,
            destination=str(output) if output else None,
            quiet=quiet,
        )
    )
