"""schemactl new."""

from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli.given import load_config
from schemactl.cli.options import ConfigOption, FormatOption, OutputOption
from schemactl.cli.output import Format, emit
from schemactl.core.clock import SystemClock
from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity
from schemactl.core.results import Report
from schemactl.migrations import create
from schemactl.migrations.numbering import Numbering

app = typer.Typer()


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What changes, in a few words: 'add orders'.")],
    numbering: Annotated[
        Numbering | None, typer.Option("--numbering", help="How to number the file; by default as the folder does.")
    ] = None,
    down: Annotated[bool, typer.Option("--down", help="Make the file that takes it back, too.")] = False,
    repeatable: Annotated[
        bool, typer.Option("--repeatable", help="Make R__NAME.sql, which runs again whenever it changes.")
    ] = False,
    config_file: ConfigOption = None,
    output: FormatOption = Format.CONSOLE,
    destination: OutputOption = None,
) -> int:
    """Make the file of the next migration.

    The number follows the highest one in the folder and keeps its style: as many digits, or the moment in UTC.
    """
    if repeatable and (down or numbering):
        raise UsageError(
            "a repeatable migration has neither a number nor a down file", hint="Leave out --numbering and --down."
        )
    config = load_config(config_file)
    folder = config.migrations_path
    if repeatable:
        written = create.create_repeatable(folder, name)
    else:
        written = create.create(folder, name, SystemClock().now(), numbering=numbering, down=down)
    return emit(_report(written), output, destination, Severity.ERROR)


def _report(written: tuple[Path, ...]) -> Report:
    return Report(
        command="new",
        summary=f"Made {' and '.join(str(path) for path in written)}",
        details={"files": [str(path) for path in written]},
    )
