"""schemactl lint."""

from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli.options import ConfigOption, FailOnOption, FormatOption, OutputOption, load_config
from schemactl.cli.output import Format, emit
from schemactl.core.findings import Severity
from schemactl.lint.run import Options, lint_paths, lint_stdin

app = typer.Typer()


@app.command()
def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH", help="Files and folders; by default the configured migrations. `-` reads stdin."
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
    config_file: ConfigOption = None,
    output: FormatOption = Format.CONSOLE,
    destination: OutputOption = None,
) -> int:
    """Read SQL without a server and say what is wrong with it."""
    given = paths or []
    reads_stdin = given == [Path("-")]
    config = load_config(config_file, _start(given) if not reads_stdin else None)
    options = Options(select=_words(select), ignore=_words(ignore), severity=severity)
    if reads_stdin:
        report = lint_stdin(typer.get_binary_stream("stdin").read(), config, options)
    else:
        report = lint_paths(given or [config.migrations_path], config, options)
    return emit(report, output, destination, fail_on)


def _start(paths: list[Path]) -> Path | None:
    """Where to look for the configuration: at the first path, as it may lie in another project."""
    first = next((path for path in paths if path.exists()), None)
    return (first if first.is_dir() else first.absolute().parent) if first else None


def _words(given: list[str] | None) -> tuple[str, ...]:
    return tuple(word.strip() for item in given or () for word in item.split(",") if word.strip())
