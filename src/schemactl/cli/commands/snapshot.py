"""`schemactl snapshot`."""

from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def snapshot(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE",
            help="A folder of migrations, a DSN, git:REF, a snapshot file, or EMPTY; default: the migrations here.",
        ),
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", "-d", metavar="DSN", help="The DSN of a live database.")
    ] = None,
    schema: options.SchemaOption = None,
    exclude: options.ExcludeOption = None,
    config: options.ConfigOption = None,
    postgres: options.PostgresOption = None,
    preset: options.PresetOption = None,
    output: options.FormatOption = Format.CONSOLE,
    destination: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Show everything that a schema is, or store it for a comparison. `--format json --output before.json` stores it.

    Migrations are applied on a throwaway Postgres; a live database is only read.
    """
    from schemactl.apply.sources import Reader, recognise
    from schemactl.catalog.report import listing
    from schemactl.catalog.scope import scope

    if source is not None and database is not None:
        raise UsageError("a source and --database were both given", hint="Give one of them.")
    found = given.override(given.load_config(config), postgres=postgres, preset=preset)
    wanted = recognise(source or database or str(found.migrations_path))
    bounds = scope(found.preset, (*found.snapshot.exclude, *(exclude or ())), schema or ())
    with progress(output=output, quiet=quiet) as listener, Reader(found, bounds, listener) as reader:
        taken = reader.read(wanted)
    return emit(listing(taken, str(wanted)), output, destination, Severity.ERROR)
