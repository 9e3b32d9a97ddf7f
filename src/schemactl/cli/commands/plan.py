"""schemactl plan."""

from typing import Annotated

import typer

from schemactl.cli.given import load_config, version
from schemactl.cli.options import ConfigOption, DatabaseOption, FailOnOption, FolderArgument, FormatOption, OutputOption
from schemactl.cli.output import Format, emit
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def plan(
    *,
    folder: FolderArgument = None,
    database: DatabaseOption = None,
    to: Annotated[str | None, typer.Option("--to", help="Stop after this version.", metavar="VERSION")] = None,
    out_of_order: Annotated[
        bool, typer.Option("--out-of-order", help="Also look at files below the last applied version.")
    ] = False,
    fail_on: FailOnOption = Severity.ERROR,
    config_file: ConfigOption = None,
    output_format: FormatOption = Format.CONSOLE,
    output: OutputOption = None,
) -> int:
    """Show what pending statements lock in a database.

    Each with its lock mode, the size of the table it falls on, and how long others will wait, roughly. Changes nothing.
    What keeps others waiting for long is a warning: `--fail-on warning` makes it the exit code.
    """
    from schemactl.apply import engine, forecasting, targets
    from schemactl.apply.forecast import forecast, relations
    from schemactl.apply.sizes import sizes
    from schemactl.apply.stores import store_for
    from schemactl.db.dsn import resolve
    from schemactl.migrations import files

    config = load_config(config_file, folder)
    request = engine.Request(files.load(config.migrations_path), version(to), out_of_order)
    with targets.opened(resolve(database, projects=True)) as target:
        _plan, tasks = target.preview(request, store_for(config.ledger))
        found = sizes(target.channel, str(target), relations(tasks, target.major))
        sources = {task.migration.file: task.migration.text for task in tasks}
        report = forecasting.report(str(target), tasks, tuple(forecast(tasks, found, target.major)), sources)
    return emit(report, output_format, output, fail_on)
