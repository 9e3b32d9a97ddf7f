"""`schemactl jobs`: drive job tables, and look after them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import Format, emit, wants_colour
from schemactl.cli.progress import progress
from schemactl.core.findings import Severity

app = typer.Typer(help="Drive job tables end to end, and look after them.", no_args_is_help=True)


@app.command()
def exercise(
    name: Annotated[str | None, typer.Argument(help="A job table of the configuration; default: all.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="FOLDER", help="The project; default: here.")
    ] = None,
    config: options.ConfigOption = None,
    postgres: options.PostgresOption = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="Run this check alone; may be repeated.")] = None,
    skip: Annotated[list[str] | None, typer.Option("--skip", help="Leave this check out; may be repeated.")] = None,
    interleavings: Annotated[
        int, typer.Option("--interleavings", min=1, help="Random orders of calls for each job table.")
    ] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Where their chance begins.")] = 0,
    fail_on: options.FailOnOption = Severity.ERROR,
    output: options.FormatOption = Format.CONSOLE,
    destination: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> None:
    """Drive every job table on a throwaway Postgres, with crashes, and show what breaks."""
    from schemactl.jobs.exercise import Options
    from schemactl.jobs.exercise import exercise as run
    from schemactl.jobs.exercise.stage import Effort

    found = given.override(given.load_config(config, folder), postgres=postgres)
    with progress(output=output, quiet=quiet) as listener:
        chosen = Options(name, only or (), skip or (), Effort(interleavings, seed))
        report = run(found, chosen, listener=listener)
    raise typer.Exit(emit(report, output, destination, fail_on))


@app.callback()
def jobs() -> None:
    """Drive job tables end to end, and look after them."""


NameArgument = Annotated[str, typer.Argument(help="A job table of the configuration.")]
OptionalName = Annotated[str | None, typer.Argument(help="A job table of the configuration; default: all.")]
KeyArgument = Annotated[str, typer.Argument(metavar="JOB", help="The key of the job.")]
WaitOption = Annotated[bool, typer.Option("--wait", help="Wait until the job has ended, and show how far it is.")]
CapOption = Annotated[float, typer.Option("--cap", metavar="SECONDS", help="Wait no longer, then clean up.")]


@app.command()
def work(
    module: Annotated[str, typer.Argument(help="A Python module with `worker = Worker()` and its handlers.")],
    database: options.DatabaseOption = None,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, help="Attempts at once.")] = 10,
    drain: Annotated[bool, typer.Option("--drain", help="End when no job is left.")] = False,
    config: options.ConfigOption = None,
) -> None:
    """Run the handlers of a module until told to stop; running attempts may end first."""
    from schemactl.jobs import operate

    found = given.load_config(config)
    for line in operate.work(found, module, given.dsn(database), concurrency=concurrency, drain=drain):
        typer.echo(line, err=True)


@app.command()
def start(
    name: NameArgument,
    key: Annotated[str, typer.Argument(metavar="JOB", help="The row; an owner where a function creates jobs.")],
    database: options.DatabaseOption = None,
    regenerate: Annotated[bool, typer.Option("--regenerate", help="Make anew what is there.")] = False,
    wait: WaitOption = False,
    cap: CapOption = 900.0,
    config: options.ConfigOption = None,
    output: options.FormatOption = Format.CONSOLE,
) -> None:
    """Start a job, or start one again that has ended; one that is under way stays as it is."""
    from schemactl.jobs import operate

    found = given.load_config(config)
    with progress(output=output) as listener:
        asked = operate.Asked(name, key, regenerate=regenerate, cap=cap if wait else None)
        report = operate.start(found, given.dsn(database), asked, listener)
    raise typer.Exit(emit(report, output, None, Severity.ERROR))


@app.command()
def status(
    name: NameArgument,
    key: KeyArgument,
    database: options.DatabaseOption = None,
    wait: WaitOption = False,
    cap: CapOption = 900.0,
    config: options.ConfigOption = None,
    output: options.FormatOption = Format.CONSOLE,
) -> None:
    """Show a job; exits with 1 when it failed, or did not end in time."""
    from schemactl.jobs import operate

    found = given.load_config(config)
    with progress(output=output) as listener:
        asked = operate.Asked(name, key, cap=cap if wait else None)
        report = operate.status(found, given.dsn(database), asked, listener)
    raise typer.Exit(emit(report, output, None, Severity.ERROR))


@app.command()
def wait(
    name: NameArgument,
    key: KeyArgument,
    database: options.DatabaseOption = None,
    cap: CapOption = 900.0,
    config: options.ConfigOption = None,
    output: options.FormatOption = Format.CONSOLE,
) -> None:
    """Wait until a job has ended, and show how far it is; the same as `status --wait`."""
    status(name, key, database, wait=True, cap=cap, config=config, output=output)


@app.command()
def retry(
    name: NameArgument,
    key: KeyArgument,
    database: options.DatabaseOption = None,
    wait: WaitOption = False,
    cap: CapOption = 900.0,
    config: options.ConfigOption = None,
    output: options.FormatOption = Format.CONSOLE,
) -> None:
    """Start a job again that has ended; one that is under way stays as it is."""
    from schemactl.jobs import operate

    found = given.load_config(config)
    with progress(output=output) as listener:
        asked = operate.Asked(name, key, cap=cap if wait else None)
        report = operate.retry(found, given.dsn(database), asked, listener)
    raise typer.Exit(emit(report, output, None, Severity.ERROR))


@app.command()
def cancel(
    name: NameArgument,
    key: KeyArgument,
    database: options.DatabaseOption = None,
    config: options.ConfigOption = None,
    output: options.FormatOption = Format.CONSOLE,
) -> None:
    """Cancel a job that has not ended."""
    from schemactl.jobs import operate

    report = operate.cancel(given.load_config(config), given.dsn(database), operate.Asked(name, key))
    raise typer.Exit(emit(report, output, None, Severity.ERROR))


@app.command()
def reset(
    name: OptionalName = None,
    database: options.DatabaseOption = None,
    config: options.ConfigOption = None,
    output: options.FormatOption = Format.CONSOLE,
) -> None:
    """Count the attempts of dead workers as failed, and end jobs that nobody claimed."""
    from schemactl.jobs import operate

    report = operate.reset(given.load_config(config), given.dsn(database), name)
    raise typer.Exit(emit(report, output, None, Severity.ERROR))


@app.command()
def prune(
    name: NameArgument,
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="AGE", help="Jobs that ended longer ago: 90min, 12h, 30d.")
    ],
    database: options.DatabaseOption = None,
    batch: Annotated[int, typer.Option("--batch", min=1, help="Jobs a transaction.")] = 1000,
    with_results: Annotated[
        bool, typer.Option("--with-results", help="Also from a table whose rows hold the results of their jobs.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count them; delete nothing.")] = False,
    config: options.ConfigOption = None,
    output: options.FormatOption = Format.CONSOLE,
) -> None:
    """Delete jobs that ended long ago, in batches; one that has not ended is never touched."""
    from schemactl.jobs import pruning

    asked = pruning.Pruning(name, pruning.age(older_than), batch, results=with_results, dry_run=dry_run)
    found = given.load_config(config)
    with progress(output=output) as listener:
        report = pruning.prune(found, given.dsn(database), asked, listener)
    raise typer.Exit(emit(report, output, None, Severity.ERROR))


@app.command()
def doctor(
    name: OptionalName = None,
    database: options.DatabaseOption = None,
    config: options.ConfigOption = None,
    fail_on: options.FailOnOption = Severity.WARNING,
    output: options.FormatOption = Format.CONSOLE,
    destination: options.OutputOption = None,
) -> None:
    """Say what is wrong with the jobs of a database; changes nothing."""
    from schemactl.jobs import operate

    report = operate.doctor(given.load_config(config), given.dsn(database), name)
    raise typer.Exit(emit(report, output, destination, fail_on))


@app.command()
def watch(
    name: OptionalName = None,
    database: options.DatabaseOption = None,
    every: Annotated[float, typer.Option("--every", metavar="SECONDS", min=0.1, help="Between two looks.")] = 2.0,
    times: Annotated[int | None, typer.Option("--times", min=1, help="Look so often, then end.")] = None,
    config: options.ConfigOption = None,
) -> None:
    """Show the jobs of a database by state, again and again."""
    from schemactl.cli.output import write
    from schemactl.jobs import operate
    from schemactl.report import render

    afresh = "\x1b[H\x1b[2J" if sys.stdout.isatty() else ""
    for report in operate.watch(given.load_config(config), given.dsn(database), name, every=every, times=times):
        text = render(report, "console", fail_on=Severity.WARNING, colour=wants_colour(sys.stdout))
        write(sys.stdout, afresh + text)
