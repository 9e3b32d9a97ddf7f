"""schemactl repair."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity

if TYPE_CHECKING:
    from schemactl.apply.store import Commands
    from schemactl.migrations.history import HistoryRow

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
    from schemactl.apply import repairing, reporting, targets
    from schemactl.apply.settings import settings
    from schemactl.apply.stores import store_for
    from schemactl.db.dsn import resolve
    from schemactl.migrations.files import load

    wanted = [given.required_version(version) for version in versions or []]
    if mark is not None and not wanted:
        raise UsageError("--mark needs the versions that it is about")
    config = given.load_config(config_file, folder)
    chosen = settings(config.apply)
    found = load(config.migrations_path)
    store = store_for(config.ledger)

    def decide(rows: "tuple[HistoryRow, ...]") -> "tuple[tuple[repairing.Repair, ...], Commands]":
        if mark is None:
            repairs = repairing.propose(found, rows, frozenset(wanted))
        else:
            deed = repairing.Deed.APPLIED if mark is Mark.APPLIED else repairing.Deed.PENDING
            repairs = repairing.mark(found, rows, wanted, deed)
        return repairs, repairing.changes(repairs, store, chosen)

    dsn = resolve(database, projects=True)
    with progress(output=output_format, quiet=quiet) as listener, targets.opened(dsn, listener=listener) as target:
        repairs = target.record(store, chosen, decide) if yes else decide(target.history(store))[0]
        report = reporting.repaired(str(target), repairs, written=yes)
    return emit(report, output_format, output, Severity.ERROR)
