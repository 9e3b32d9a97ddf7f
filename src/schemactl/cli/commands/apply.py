"""`schemactl apply`: ship the migrations to a real database."""

from typing import Annotated

import typer

from schemactl.cli.options import (
    ConfigOption,
    DatabaseOption,
    FolderArgument,
    FormatOption,
    OutputOption,
    QuietOption,
    load_config,
    version,
)
from schemactl.cli.output import Format, emit, warm
from schemactl.cli.progress import progress
from schemactl.core.findings import Severity

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
    """Apply pending migrations to a database, each in a transaction with its history row."""
    from schemactl.apply import engine, reporting
    from schemactl.apply.session import opened
    from schemactl.apply.settings import settings
    from schemactl.apply.stores import store_for
    from schemactl.db.dsn import resolve
    from schemactl.migrations.files import load

    config = load_config(config_file, folder)
    chosen = settings(config.apply)
    request = engine.Request(load(config.migrations_path), version(to), out_of_order)
    dsn = resolve(database)
    store = store_for(config.ledger)
    with progress(output=output_format, quiet=quiet) as listener, opened(dsn, listener=listener) as session:
        warm(output_format)
        if dry_run:
            report = reporting.previewed(str(session), *engine.preview(request, session, store))
        else:
            report = reporting.applied(engine.apply(request, session, store, chosen))
    return emit(report, output_format, output, Severity.ERROR)
