"""schemactl baseline."""

from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def baseline(
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="The last migration that the database has already.")
    ],
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Folder of migrations; by default the configured one."),
    ] = None,
    database: options.DatabaseOption = None,
    config_file: options.ConfigOption = None,
    output_format: options.FormatOption = Format.CONSOLE,
    output: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Record that a database has everything up to a version already.

    Runs no migration: for a database that was there before its migrations were.
    """
    from schemactl.apply import baselining, reporting, targets
    from schemactl.apply.settings import settings
    from schemactl.apply.stores import store_for
    from schemactl.db.dsn import resolve
    from schemactl.migrations.files import load

    config = given.load_config(config_file, folder)
    chosen = settings(config.apply)
    found = load(config.migrations_path)
    wanted = given.required_version(version)
    store = store_for(config.ledger)
    dsn = resolve(database, projects=True)
    with progress(output=output_format, quiet=quiet) as listener, targets.opened(dsn, listener=listener) as target:
        done = target.record(store, chosen, lambda rows: baselining.baseline(found, wanted, rows, store, chosen))
        report = reporting.baselined(str(target), done)
    return emit(report, output_format, output, Severity.ERROR)
