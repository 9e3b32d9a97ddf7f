"""schemactl fix."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli.given import load_config
from schemactl.cli.options import ConfigOption, FormatOption, OutputOption
from schemactl.cli.output import Format, emit, send, write
from schemactl.core.errors import UsageError
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity
from schemactl.core.results import Report, Text
from schemactl.core.words import plural
from schemactl.lint import fixes
from schemactl.lint.fixes import Repaired
from schemactl.lint.repair import plan

app = typer.Typer()


@app.command()
def fix(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Files and folders; by default the configured migrations."),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="RULE", help="Rules or families to repair.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="RULE", help="Rules or families to leave alone.")
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write the changes as a patch for `git apply`, not to files.")
    ] = False,
    prove: Annotated[
        bool, typer.Option("--prove/--no-prove", help="Check on a throwaway server that the catalog stays the same.")
    ] = True,
    config_file: ConfigOption = None,
    output: FormatOption = Format.CONSOLE,
    destination: OutputOption = None,
) -> int:
    """Repair what has one certain repair. The files then run again, and end in the same catalog.

    Only files that no database has applied yet should be repaired: a history keeps the checksum of those it has.
    """
    if diff and output is not Format.CONSOLE:
        raise UsageError("--diff writes a patch, so that --format has nothing to say", hint="Leave one of them out.")
    config = load_config(config_file, _start(paths or []))
    made = plan(paths or [config.migrations_path], config, _words(select), _words(ignore), prove=prove)
    if diff:
        send(fixes.patch(made.files, [_from_here(item) for item in made.files]), destination)
        write(sys.stderr, f"{_summary(made.files, made.note)}\n")
        return ExitCode.OK
    for item in made.files:
        _write(item)
    return emit(_report(made.files, made.note), output, destination, Severity.ERROR)


def _write(item: Repaired) -> None:
    try:
        Path(item.file).write_text(item.after, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"cannot write {item.file}: {error.strerror}") from error


def _from_here(item: Repaired) -> str:
    return Path(os.path.relpath(item.file)).as_posix()


def _summary(files: Sequence[Repaired], note: str, *, written: bool = False) -> str:
    if not files:
        return f"nothing to repair; {note}" if note else "nothing to repair"
    settled = plural(sum(len(item.settled) for item in files), "finding")
    said = f"{settled} repaired in {plural(len(files), 'file')}" if written else f"repairs {settled}"
    return f"{said}; {note}" if note else said


def _report(files: Sequence[Repaired], note: str) -> Report:
    settled = sum(len(item.settled) for item in files)
    return Report(
        command="fix",
        summary=_summary(files, note, written=True),
        sections=tuple(Text(item.file, _listed(item)) for item in files),
        details={"files": [item.file for item in files], "repaired": settled, "note": note},
    )


def _listed(item: Repaired) -> str:
    return "\n".join(f"line {found.span.line if found.span else 1}: {found.rule}" for found in item.settled)


def _start(paths: Sequence[Path]) -> Path | None:
    first = next((path for path in paths if path.exists()), None)
    return (first if first.is_dir() else first.absolute().parent) if first else None


def _words(given: list[str] | None) -> tuple[str, ...]:
    return tuple(word.strip() for item in given or () for word in item.split(",") if word.strip())
