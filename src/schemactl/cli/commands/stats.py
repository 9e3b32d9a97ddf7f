"""`schemactl stats`."""

import typer

from schemactl.cli import options
from schemactl.cli.output import Format, emit
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def stats(
    database: options.DatabaseOption = None,
    output: options.FormatOption = Format.CONSOLE,
    destination: options.OutputOption = None,
) -> None:
    """Read how large the tables of a database are. For `verify --stats`: `--format json --output sizes.json`.

    Reads the catalog alone, no row of any table.
    """
    from schemactl.db.dsn import resolve
    from schemactl.verify.stats import report, take

    raise typer.Exit(emit(report(take(resolve(database))), output, destination, Severity.ERROR))
