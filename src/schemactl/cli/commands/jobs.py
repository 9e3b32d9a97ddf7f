"""`schemactl jobs`: drive job tables, and look after them."""

from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli import options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.findings import Severity

app = typer.Typer(help="Drive job tables end to end, and look after them.", no_args_is_help=True)


@app.command()
def exercise(
    name: Annotated[str | None, typer.Argument(help="A job table of the configuration; default: all.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="FOLDER", help="The project; default: here.")
    ] = None,
    config: options.ConfigOption = None,
    postgres: options.PostgresOption = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="Run this check alone; may be repeated.")] = None,
    fail_on: options.FailOnOption = Severity.ERROR,
    output: options.FormatOption = Format.CONSOLE,
    destination: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> None:
    """Drive every job table on a throwaway Postgres, with crashes, and show what breaks."""
    from schemactl.jobs.exercise import Options
    from schemactl.jobs.exercise import exercise as run

    found = options.override(options.load_config(config, folder), postgres=postgres)
    with progress(output=output, quiet=quiet) as listener:
        report = run(found, Options(name, tuple(only or ())), listener=listener)
    raise typer.Exit(emit(report, output, destination, fail_on))


@app.callback()
def jobs() -> None:
    """Drive job tables end to end, and look after them."""
