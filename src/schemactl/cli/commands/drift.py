"""`schemactl drift`."""

from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def drift(
    folder: options.FolderArgument = None,
    database: options.DatabaseOption = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="OBJECT", help="Leave this object out: `table public.tmp_*`. Repeatable."),
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
    """Show what a database has or lacks beside its applied migrations. Exit code 1 if so.

    The migrations are applied on a throwaway Postgres; the database is only read.
    """
    from schemactl.apply.drift import drift as compare
    from schemactl.apply.sources import Reader
    from schemactl.catalog.report import drifted
    from schemactl.catalog.scope import scope
    from schemactl.db.dsn import place, resolve
    from schemactl.migrations.files import load

    found = given.override(given.load_config(config, folder), postgres=postgres, preset=preset)
    dsn = resolve(database, projects=True)
    bounds = scope(found.preset, (*found.snapshot.exclude, *(exclude or ())), schema or ())
    with progress(output=output, quiet=quiet) as listener, Reader(found, bounds, listener) as reader:
        seen = compare(load(found.migrations_path), dsn, found.ledger, reader, (*found.drift.ignore, *(ignore or ())))
    return emit(drifted(seen.changes, place(dsn), seen.applied, seen.ignored), output, destination, Severity.ERROR)
