"""`schemactl diff`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit, send, write
from schemactl.cli.progress import progress
from schemactl.core.errors import UsageError
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity

if TYPE_CHECKING:
    from schemactl.evolve.proving import Migration

app = typer.Typer()

_FORMS = "A folder of migrations, a DSN, git:REF, a snapshot file, or EMPTY."


_Sql = Annotated[bool, typer.Option("--sql", help="Write the migration that leads there, tried out on a clone.")]
_Destructive = Annotated[
    bool, typer.Option("--allow-destructive", help="With --sql: do not comment out what loses rows.")
]

_Rename = Annotated[
    list[str] | None,
    typer.Option(
        "--rename",
        metavar="OLD=NEW",
        help="With --sql: this is a rename, no drop: public.users.name=full_name; may be repeated.",
    ),
]


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help=_FORMS)],
    after: Annotated[str, typer.Argument(metavar="AFTER", help=_FORMS)],
    sql: _Sql = False,
    allow_destructive: _Destructive = False,
    rename: _Rename = None,
    schema: options.SchemaOption = None,
    exclude: options.ExcludeOption = None,
    config: options.ConfigOption = None,
    postgres: options.PostgresOption = None,
    preset: options.PresetOption = None,
    output: options.FormatOption = Format.CONSOLE,
    destination: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Show what turns one schema into another. Grants, policies, comments and all. Exit code 1 when anything does.

    Migrations are applied on a throwaway Postgres; a live database is only read. With --sql the migration is written
    instead; then exit code 1 says that it does not lead all the way, and standard error says what is missing.
    """
    from schemactl.apply.sources import Reader, recognise
    from schemactl.catalog.report import compared
    from schemactl.catalog.scope import scope

    if allow_destructive and not sql:
        raise UsageError("--allow-destructive is for --sql", hint="Add --sql, or leave it out.")
    if rename and not sql:
        raise UsageError("--rename is for --sql", hint="Add --sql, or leave it out.")
    if sql and output not in (Format.CONSOLE, Format.JSON):
        raise UsageError(f"--sql is written as it is or as json, not as {output}", hint="Leave --format out.")
    found = given.override(given.load_config(config), postgres=postgres, preset=preset)
    sources = recognise(before), recognise(after)
    bounds = scope(found.preset, (*found.snapshot.exclude, *(exclude or ())), schema or ())
    with progress(output=output, quiet=quiet) as listener, Reader(found, bounds, listener) as reader:
        if sql:
            from schemactl.evolve import renaming
            from schemactl.evolve.proving import migration

            title = f"From {sources[0]} to {sources[1]}"
            renames = [renaming.read(text) for text in rename or ()]
            written = migration(*sources, reader, destructive=allow_destructive, title=title, renames=renames)
            return _show(written, (str(sources[0]), str(sources[1])), output, destination)
        first, second = (reader.read(source) for source in sources)
    return emit(compared(first, second, (str(sources[0]), str(sources[1]))), output, destination, Severity.ERROR)


def _show(written: "Migration", names: tuple[str, str], output: Format, destination: Path | None) -> int:
    """The files where they were asked for, and what a person must know on standard error."""
    from schemactl.evolve import writing

    if output is Format.JSON:
        return emit(writing.report(written, names), output, destination, Severity.ERROR)
    for line in writing.remarks(written):
        write(sys.stderr, f"{line}\n")
    if destination is None:
        write(sys.stdout, writing.together(written))
    else:
        for path, text in writing.placed(written, destination):
            send(text, path)
            write(sys.stderr, f"{path}\n")
    return ExitCode.OK if written.complete else ExitCode.FINDINGS
