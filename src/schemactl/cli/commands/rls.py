"""`schemactl rls`: a group of commands."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli import options
from schemactl.cli.given import version
from schemactl.cli.output import Format, write
from schemactl.cli.progress import progress
from schemactl.cli.shared import Shown, Tried, spread
from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity

app = typer.Typer(no_args_is_help=True, help="Test who can touch which rows, and show it.")

_SOURCES = "A folder of migrations, git:REF, or a DSN."

LiveOption = Annotated[
    str | None,
    typer.Option(
        "--database", "-d", metavar="DSN", help="This database, in a transaction that is rolled back; no throwaway one."
    ),
]
PoliciesOption = Annotated[
    str | None, typer.Option("--policies", metavar="FOLDER", help="The folder of access rules, instead of configured.")
]


@app.command("test")
@spread
def declared(
    *,
    folder: options.FolderArgument = None,
    tried: Tried,
    policies: PoliciesOption = None,
    database: LiveOption = None,
    audit: Annotated[bool, typer.Option("--audit", help="Ask the rules of `rls audit` as well.")] = False,
    fail_on: options.FailOnOption = Severity.ERROR,
    shown: Shown,
) -> None:
    """Test that everyone can do what policies say, and nothing else."""
    from schemactl.rls.testing import run

    found = tried.load(folder, policies=policies)
    with shown.progress() as listener:
        report = run(found, dsn=database, audit=audit, listener=listener)
    raise typer.Exit(shown.emit(report, fail_on))


@app.callback()
def group() -> None:
    """Test who can touch which rows, and show it."""


@app.command()
@spread
def mutate(
    *,
    folder: options.FolderArgument = None,
    tried: Tried,
    policies: PoliciesOption = None,
    fail_on: options.FailOnOption = Severity.ERROR,
    shown: Shown,
) -> None:
    """Weaken every policy in turn: the test must notice each time."""
    from schemactl.rls.mutating import run

    found = tried.load(folder, policies=policies)
    with shown.progress() as listener:
        report = run(found, listener=listener)
    raise typer.Exit(shown.emit(report, fail_on))


@app.command()
@spread
def matrix(
    *,
    folder: options.FolderArgument = None,
    tried: Tried,
    policies: PoliciesOption = None,
    database: LiveOption = None,
    page: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the grid as a page too.")] = None,
    shown: Shown,
) -> None:
    """Show who can do what to which rows, as observed. Policies files are not needed."""
    from schemactl.rls.matrix import run

    found = tried.load(folder, policies=policies)
    with shown.progress() as listener:
        observed = run(found, dsn=database, listener=listener)
    if page:
        _write(page, observed.as_html())
    if shown.output is Format.HTML:
        if shown.destination:
            _write(shown.destination, observed.as_html())
        else:
            write(sys.stdout, observed.as_html())
        return
    raise typer.Exit(shown.emit(observed.report))


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error


@app.command()
@spread
def audit(
    *,
    folder: options.FolderArgument = None,
    tried: Tried,
    database: Annotated[
        str | None, typer.Option("--database", "-d", metavar="DSN", help="This database, which is only read.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="Ask this rule alone; may be repeated.")] = None,
    skip: Annotated[list[str] | None, typer.Option("--skip", help="Leave this rule out; may be repeated.")] = None,
    fail_on: options.FailOnOption = Severity.ERROR,
    shown: Shown,
) -> None:
    """Find what the catalog alone proves wrong. It reads policies, grants, views and functions."""
    from schemactl.rls.auditing import run

    found = tried.load(folder)
    with shown.progress() as listener:
        report = run(found, dsn=database, only=only or (), skip=skip or (), listener=listener)
    raise typer.Exit(shown.emit(report, fail_on))


@app.command()
@spread
def explain(
    *,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="The table, with its schema where that is not public.")],
    actor: Annotated[str, typer.Option("--as", metavar="ACTOR", help="An actor of the policies.")],
    row: Annotated[str, typer.Option("--row", help="A class of rows (own, other, …) or a key.")] = "other",
    tried: Tried,
    policies: PoliciesOption = None,
    database: LiveOption = None,
    shown: Shown,
) -> None:
    """Show why one actor sees a row or not. Each policy and each part of it: TRUE, FALSE or NULL."""
    from schemactl.rls.explaining import run

    found = tried.load(policies=policies)
    with shown.progress() as listener:
        report = run(found, table, actor=actor, row=row, dsn=database, listener=listener)
    raise typer.Exit(shown.emit(report))


@app.command()
@spread
def diff(
    *,
    before: Annotated[str | None, typer.Argument(metavar="BEFORE", help=_SOURCES)] = None,
    after: Annotated[str | None, typer.Argument(metavar="AFTER", help=_SOURCES)] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="VERSION", help="Without sources: migrations from this one on.")
    ] = None,
    tried: Tried,
    policies: PoliciesOption = None,
    shown: Shown,
) -> None:
    """Show how access changes. Either with each migration, or from one source to another."""
    from schemactl.rls import differing

    found = tried.load(policies=policies)
    if (before is None) != (after is None):
        raise UsageError("two sources are needed, or none", hint="`schemactl rls diff git:main migrations`")
    with shown.progress() as listener:
        if before is not None and after is not None:
            report = differing.two_sources(found, before, after, listener=listener)
        else:
            report = differing.each_migration(found, since=version(since, "--since"), listener=listener)
    raise typer.Exit(shown.emit(report))


@app.command()
@spread
def init(
    *,
    folder: options.FolderArgument = None,
    tried: Tried,
    database: LiveOption = None,
    destination: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, where no file is yet.")
    ] = None,
    quiet: options.QuietOption = False,
) -> None:
    """Propose a policies file from what is observed. The evidence is in its comments."""
    from schemactl.rls.proposing import run

    if destination and destination.exists():
        raise UsageError(f"{destination} is there already", hint="What people wrote is not written over.")
    found = tried.load(folder)
    with progress(output=Format.CONSOLE, quiet=quiet) as listener:
        text = run(found, dsn=database, listener=listener)
    if destination:
        _write(destination, text)
    else:
        write(sys.stdout, text)
