"""An apply from arguments to output, without Typer: the quick start and the command share it."""

from dataclasses import dataclass
from pathlib import Path

from schemactl.cli.given import load_config, version
from schemactl.cli.output import Format, emit, warm
from schemactl.cli.progress import progress
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    folder: str | None = None
    database: str | None = None
    to: str | None = None
    out_of_order: bool = False
    dry_run: bool = False
    config_file: str | None = None
    output: Format = Format.CONSOLE
    destination: str | None = None
    quiet: bool = False


def run(request: Request) -> ExitCode:
    """Apply, or say what would be applied, and write the result. Raises SchemactlError."""
    from schemactl.apply import engine, reporting, targets
    from schemactl.apply.settings import settings
    from schemactl.apply.stores import store_for
    from schemactl.db.dsn import resolve
    from schemactl.migrations.files import load

    config = load_config(_path(request.config_file), _path(request.folder))
    chosen = settings(config.apply)
    wanted = engine.Request(load(config.migrations_path), version(request.to), request.out_of_order)
    dsn = resolve(request.database, projects=True)
    store = store_for(config.ledger)
    with (
        progress(output=request.output, quiet=request.quiet) as listener,
        targets.opened(dsn, listener=listener) as target,
    ):
        warm(request.output)
        if request.dry_run:
            report = reporting.previewed(str(target), *target.preview(wanted, store))
        else:
            report = reporting.applied(target.apply(wanted, store, chosen))
    return emit(report, request.output, _path(request.destination), Severity.ERROR)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
