"""`schemactl squash`."""

import sys
from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, send, write
from schemactl.cli.progress import progress
from schemactl.core.exit_codes import ExitCode

app = typer.Typer()


@app.command()
def squash(
    to: Annotated[str, typer.Option("--to", metavar="VERSION", help="The last migration that goes into the one file.")],
    folder: options.FolderArgument = None,
    write_it: Annotated[
        bool, typer.Option("--write", help="Write the file, and move those that it replaces to `.squashed/`.")
    ] = False,
    config: options.ConfigOption = None,
    postgres: options.PostgresOption = None,
    preset: options.PresetOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Put one migration in the place of all up to a version. It ends in the same catalog, with the rows they inserted.

    Both are proved on throwaway databases first; without --write the file is only shown. A database whose history
    holds the old versions is up to date with the new file.
    """
    from schemactl.apply.sources import Reader
    from schemactl.catalog.scope import scope
    from schemactl.evolve import squashing
    from schemactl.migrations.files import load

    found = given.override(given.load_config(config, folder), postgres=postgres, preset=preset)
    version = given.required_version(to, "--to")
    bounds = scope(found.preset, found.snapshot.exclude)
    with progress(output=Format.CONSOLE, quiet=quiet) as listener, Reader(found, bounds, listener) as reader:
        squashed = squashing.squash(load(found.migrations_path), version, reader)
    for note in squashed.notes:
        write(sys.stderr, f"note: {note}\n")
    count = len(squashed.migrations)
    if write_it:
        kept = squashing.write(squashed)
        write(sys.stderr, f"{squashed.path} in place of {count} migrations, which are in {kept} now\n")
    else:
        send(squashed.text, None)
        write(sys.stderr, f"--write puts this into {squashed.path}, in place of {count} migrations\n")
    return ExitCode.OK
