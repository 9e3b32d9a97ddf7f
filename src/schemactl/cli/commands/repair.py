"""schemactl repair."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli import options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity

app = typer.Typer()


class Mark(StrEnum):
    """What a person says of a migration."""

    APPLIED = "applied"
    PENDING = "pending"


@app.command()
def repair(
    versions: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VERSION]...", help="Only these migrations; by default every conflict."),
    ] = None,
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Folder of migrations; by default the configured one."),
    ] = None,
    database: options.DatabaseOption = None,
    mark: Annotated[
        Mark | None, typer.Option("--mark", help="Record the given migrations so, whatever the history says.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Write to the history; otherwise only say what would be.")
    ] = False,
    config_file: options.ConfigOption = None,
    output_format: options.FormatOption = Format.CONSOLE,
    output: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Make the history agree with the files where the two conflict.

    Content is compared first, so that a file that only got another number is renumbered and not run again. Touches the
    history alone, never your tables. Exits with 1 while repairs are proposed and not written.
    """
    from schemactl.apply import repairing, reporting, stores
    from schemactl.apply.session import opened
    from schemactl.apply.settings import settings
    from schemactl.db.dsn import resolve
    from schemactl.migrations.files import load

    wanted = [options.required_version(version) for version in versions or []]
    if mark is not None and not wanted:
        raise UsageError("--mark needs the versions that it is about")
    config = options.load_config(config_file, folder)
    chosen = settings(config.apply)
    found = load(config.migrations_path)
    store = stores.store_for(config.ledger)
    with (
        progress(output=output_format, quiet=quiet) as listener,
        opened(resolve(database), listener=listener) as session,
    ):
        rows = repairing.read(session, store, chosen, to_write=yes)
        if mark is None:
            repairs = repairing.propose(found, rows, frozenset(wanted))
        else:
            deed = repairing.Deed.APPLIED if mark is Mark.APPLIED else repairing.Deed.PENDING
            repairs = repairing.mark(found, rows, wanted, deed)
        if yes:
            repairing.carry_out(repairs, session, store, chosen)
        report = reporting.repaired(str(session), repairs, written=yes)
    return emit(report, output_format, output, Severity.ERROR)
