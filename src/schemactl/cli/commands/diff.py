"""`schemactl diff`."""

from typing import Annotated

import typer

from schemactl.cli import options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.findings import Severity

app = typer.Typer()

_FORMS = "A folder of migrations, a DSN, git:REF or a snapshot file."


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help=_FORMS)],
    after: Annotated[str, typer.Argument(metavar="AFTER", help=_FORMS)],
    schema: options.SchemaOption = None,
    exclude: options.ExcludeOption = None,
    config: options.ConfigOption = None,
    postgres: options.PostgresOption = None,
    preset: options.PresetOption = None,
    output: options.FormatOption = Format.CONSOLE,
    destination: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Show what turns one schema into another: grants, policies, comments and all. Exit code 1 when anything does.

    Migrations are applied on a throwaway Postgres; a live database is only read.
    """
    from schemactl.apply.sources import Reader, recognise
    from schemactl.catalog.report import compared
    from schemactl.catalog.scope import scope

    found = options.override(options.load_config(config), postgres=postgres, preset=preset)
    sources = recognise(before), recognise(after)
    bounds = scope(found.preset, (*found.snapshot.exclude, *(exclude or ())), schema or ())
    with progress(output=output, quiet=quiet) as listener, Reader(found, bounds, listener) as reader:
        first, second = (reader.read(source) for source in sources)
    return emit(compared(first, second, (str(sources[0]), str(sources[1]))), output, destination, Severity.ERROR)
