"""schemactl status."""

from typing import Annotated

import typer

from schemactl.cli.given import load_config
from schemactl.cli.options import ConfigOption, DatabaseOption, FolderArgument, FormatOption, OutputOption
from schemactl.cli.output import Format, emit
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def status(
    *,
    folder: FolderArgument = None,
    database: DatabaseOption = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 when a migration is pending.")] = False,
    config_file: ConfigOption = None,
    output_format: FormatOption = Format.CONSOLE,
    output: OutputOption = None,
) -> int:
    """Show which migrations a database has and lacks.

    Changes nothing. Exits with 5 when files and history disagree: edited, missing or out of order.
    """
    from schemactl.apply import targets
    from schemactl.apply.stores import store_for
    from schemactl.db.dsn import place, resolve
    from schemactl.migrations import files
    from schemactl.migrations.plan import plan
    from schemactl.migrations.status import report

    config = load_config(config_file, folder)
    found = files.load(config.migrations_path)
    dsn = resolve(database, projects=True)
    standing = plan(found, targets.history(dsn, store_for(config.ledger)))
    code = emit(report(standing, place(dsn)), output_format, output, Severity.ERROR)
    if standing.conflicts:
        return ExitCode.HISTORY
    return ExitCode.FINDINGS if check and standing.steps else code
