"""schemactl init."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli.options import FormatOption, OutputOption
from schemactl.cli.output import Format, emit
from schemactl.cli.starter import configuration
from schemactl.core import config
from schemactl.core.errors import ConfigError, Place, UsageError
from schemactl.core.findings import Evidence, Finding, Severity, Span
from schemactl.core.results import Report, Text
from schemactl.migrations import project
from schemactl.migrations.model import Migration
from schemactl.migrations.project import Project

app = typer.Typer()


@app.command()
def init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to set it up; by default here.", show_default=False)
    ] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite a configuration that is there.")] = False,
    output: FormatOption = Format.CONSOLE,
    destination: OutputOption = None,
) -> int:
    """Set up schemactl.toml and a folder of migrations.

    A folder that is there is found (migrations, supabase/migrations, db/migrations and the like) and left as it is.
    """
    target = directory / config.FILE_NAME
    _require_free(directory, force=force)
    found = project.inspect(directory)
    old = project.one_run_only(found.folder) if found.folder else ()
    baseline = str(old[-1].version) if old else None
    _write(target, configuration(_values(found, baseline)), directory / found.migrations)
    return emit(_report(target, found, old), output, destination, Severity.ERROR)


def _require_free(directory: Path, *, force: bool) -> None:
    if directory.exists() and not directory.is_dir():
        raise UsageError("not a directory", place=Place(str(directory)))
    present = config.find(directory) if directory.is_dir() else None
    if present is not None and present.parent.resolve() == directory.resolve() and not force:
        raise UsageError(
            "there is a configuration already", place=Place(str(present)), hint="Edit it, or start over with --force."
        )


def _values(found: Project, baseline: str | None) -> dict[str, str]:
    values = {"migrations": found.migrations, "preset": config.Config().preset}
    if found.supabase:
        values |= {"preset": "supabase", "ledger": config.Ledger.SUPABASE}
    return values if baseline is None else values | {"verify.baseline": baseline}


def _write(target: Path, text: str, migrations: Path) -> None:
    try:
        migrations.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", place=Place(error.filename or str(target))) from error


def _report(target: Path, found: Project, old: Sequence[Migration]) -> Report:
    count = len(found.folder.migrations) if found.folder else 0
    held = f"{count} migration{'' if count == 1 else 's'} in" if found.folder else "the folder"
    return Report(
        command="init",
        summary=f"Made {target} for {held} {target.parent / found.migrations}",
        findings=() if found.problem is None else (_finding(found.problem),),
        sections=(
            *([Text("Found", "\n".join(notes))] if (notes := _notes(found, old)) else []),
            Text("Next", "\n".join(_next_steps(found))),
        ),
        details={
            "configuration": str(target),
            "migrations": found.migrations,
            "baseline": str(old[-1].version) if old else None,
            "others": list(found.others),
        },
    )


def _notes(found: Project, old: Sequence[Migration]) -> list[str]:
    notes = [f"There is SQL in {other}, too; one folder is used." for other in found.others]
    if old:
        which = old[-1].path.name if len(old) == 1 else f"{len(old)} migrations, the last of them {old[-1].path.name},"
        notes.append(
            f"{which} cannot run twice. Up to there `schemactl verify` will not ask for it; "
            "remove `baseline` from the configuration to see what it would say."
        )
    return notes


def _next_steps(found: Project) -> list[str]:
    first = [] if found.folder else ["schemactl new NAME          make the first migration"]
    return [
        *first,
        "schemactl verify            try the migrations on a Postgres that is thrown away",
        "schemactl plan -d DSN       see what a database still needs",
    ]


def _finding(problem: ConfigError) -> Finding:
    place = problem.place or Place("")
    return Finding(
        rule="migration-file",
        severity=Severity.WARNING,
        message=problem.message,
        evidence=Evidence.STATIC,
        span=Span(place.file, place.line or 1, place.column or 1, place.line or 1, place.column or 1),
        hint=problem.hint,
    )
