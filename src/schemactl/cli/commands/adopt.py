"""schemactl adopt."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def adopt(
    tool: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOOL]",
            help="supabase, dbmate, goose, golang-migrate, flyway, sqlx, alembic, graphile-migrate, yoyo or sqitch; "
            "by default the one whose files are here.",
        ),
    ] = None,
    *,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="PATH", help="Its folder; for alembic, the SQL it wrote offline.")
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="The new folder, or its own; by default the configured one."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option("--database", "-d", metavar="DSN", help="Take over what its history says of this database too."),
    ] = None,
    table: Annotated[
        str | None, typer.Option("--table", metavar="NAME", help="Its history table, where that has another name.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Do it; otherwise only say what would be done.")] = False,
    allow_unmapped: Annotated[
        bool, typer.Option("--allow-unmapped", help="Go on although something has no counterpart in schemactl.")
    ] = False,
    config_file: options.ConfigOption = None,
    output_format: options.FormatOption = Format.CONSOLE,
    output: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Take over from another migration tool: its folder, its history.

    Runs no migration. Writes the folder in schemactl's layout, and records what the other tool's history says is
    applied. Exits with 1 while something is left unmapped, and writes nothing then.
    """
    from schemactl.adopt.adopting import prepare
    from schemactl.adopt.choosing import Request, choose
    from schemactl.adopt.running import run
    from schemactl.apply import stores
    from schemactl.apply.session import opened
    from schemactl.apply.settings import settings
    from schemactl.db.dsn import resolve

    config = given.load_config(config_file)
    chosen = settings(config.apply)
    store = stores.store_for(config.ledger)
    found = prepare(choose(Request(config.root, config.migrations_path, tool, source, into, table)))
    with progress(output=output_format, quiet=quiet) as listener:
        target = nullcontext() if database is None else opened(resolve(database), listener=listener)
        with target as session:
            report = run(found, session, store, chosen, write=write, allow_unmapped=allow_unmapped)
    return emit(report, output_format, output, Severity.ERROR)
