"""schemactl rollback."""

from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def rollback(
    *,
    folder: options.FolderArgument = None,
    database: options.DatabaseOption = None,
    steps: Annotated[
        int | None, typer.Option("--steps", "-n", min=1, help="How many migrations to take back; 1 by default.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="VERSION", help="Take back everything later than this version; 0 is all."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be taken back, and change nothing.")
    ] = False,
    config_file: options.ConfigOption = None,
    output_format: options.FormatOption = Format.CONSOLE,
    output: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Take applied migrations back through their down files. The last applied one is first."""
    from schemactl.apply import reporting, stores
    from schemactl.apply import rollback as rolling
    from schemactl.apply.session import opened
    from schemactl.apply.settings import settings
    from schemactl.db.dsn import resolve
    from schemactl.migrations.files import load

    if steps is not None and to is not None:
        raise UsageError("--steps and --to contradict each other", hint="Give one of them.")
    config = given.load_config(config_file, folder)
    chosen = settings(config.apply)
    found = load(config.migrations_path)
    downward = rolling.Downward(steps or 1, given.version(to))
    store = stores.store_for(config.ledger)
    with (
        progress(output=output_format, quiet=quiet) as listener,
        opened(resolve(database), listener=listener) as session,
    ):
        if dry_run:
            done = rolling.choose(found, stores.read(store, session.connection, session.dsn), downward)
        else:
            done = rolling.rollback(found, downward, session, store, chosen)
        report = reporting.rolled_back(str(session), done, dry_run=dry_run)
    return emit(report, output_format, output, Severity.ERROR)
