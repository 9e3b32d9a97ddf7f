"""`schemactl verify`."""

from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def verify(
    folder: options.FolderArgument = None,
    config: options.ConfigOption = None,
    postgres: options.PostgresOption = None,
    preset: options.PresetOption = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="CHECK", help="Run this check alone; may be repeated.")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", metavar="CHECK", help="Leave this check out; may be repeated.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", metavar="VERSION", help="The last version that need not run a second time."),
    ] = None,
    stats: Annotated[
        Path | None,
        typer.Option("--stats", metavar="FILE", help="Sizes of the real tables, as `schemactl stats` writes them."),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(
            "--changed-since", metavar="REF", help="Report only files changed since this git revision, and their order."
        ),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Look at files again that passed before, in long chains.")
    ] = False,
    repro: Annotated[
        Path | None,
        typer.Option("--repro", metavar="DIR", help="Write a psql script for each finding that reproduces it."),
    ] = None,
    fail_on: options.FailOnOption = Severity.ERROR,
    output: options.FormatOption = Format.CONSOLE,
    destination: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> None:
    """Prove on a throwaway Postgres that migrations apply, and again."""
    from dataclasses import replace

    from schemactl.cli.scripts import with_scripts
    from schemactl.verify.pipeline import verify as run
    from schemactl.verify.stats import load

    found = given.override(given.load_config(config, folder), postgres=postgres, preset=preset)
    if baseline:
        found = replace(found, verify=replace(found.verify, baseline=baseline))
    sizes = load(stats) if stats else None
    with progress(output=output, quiet=quiet) as listener:
        report = run(
            found,
            only=only or (),
            skip=skip or (),
            sizes=sizes,
            changed_since=changed_since,
            cache=not no_cache,
            listener=listener,
        )
    code = emit(with_scripts(report, repro, shorten=output is Format.CONSOLE), output, destination, fail_on)
    raise typer.Exit(ExitCode.INTERRUPTED if report.details["interrupted"] else code)
