"""schemactl lint."""

from typing import Annotated

import typer

from schemactl.cli.linting import Request, run
from schemactl.cli.options import FailOnOption, FormatOption
from schemactl.cli.output import Format
from schemactl.core.findings import Severity

app = typer.Typer()


@app.command()
def lint(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...", help="Files and folders; by default the configured migrations. `-` reads stdin."
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="RULE", help="Rules or families to run instead of the default ones."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="RULE", help="Rules or families not to run.")
    ] = None,
    severity: Annotated[Severity, typer.Option("--severity", help="The lowest severity to report.")] = Severity.INFO,
    fail_on: FailOnOption = Severity.ERROR,
    runner: Annotated[
        str | None, typer.Option("--runner", help="What runs the files: schemactl, psql, supabase, flyway, prisma…")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", metavar="FILE", help="Do not report the findings listed in this file.")
    ] = None,
    write_baseline: Annotated[
        str | None, typer.Option("--write-baseline", metavar="FILE", help="List the findings there are in this file.")
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option("--changed-since", metavar="REF", help="Report only files changed since this git revision."),
    ] = None,
    config_file: Annotated[
        str | None,
        typer.Option("--config", "-c", help="Configuration file; by default schemactl.toml here or above."),
    ] = None,
    output: FormatOption = Format.CONSOLE,
    destination: Annotated[str | None, typer.Option("--output", "-o", help="Write the result to this file.")] = None,
    fixes: Annotated[
        bool, typer.Option("--fixes", help="Add the repair to findings that have one; SARIF always holds it.")
    ] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Lint anew although nothing has changed.")] = False,
) -> int:
    """Read SQL without a server and say what is wrong with it."""
    return run(
        Request(
            paths=tuple(paths or ()),
            select=_words(select),
            ignore=_words(ignore),
            severity=severity,
            fail_on=fail_on,
            runner=runner,
            baseline=baseline,
            write_baseline=write_baseline,
            changed_since=changed_since,
            config_file=config_file,
            output=output,
            destination=destination,
            fixes=fixes,
            cache=not no_cache,
        )
    )


def _words(given: list[str] | None) -> tuple[str, ...]:
    return tuple(word.strip() for item in given or () for word in item.split(",") if word.strip())
