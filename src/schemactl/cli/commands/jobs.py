"""`schemactl jobs`: drive job tables, and look after them."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from schemactl.cli import given, options
from schemactl.cli.output import wants_colour
from schemactl.cli.shared import Live, Shown, spread
from schemactl.core.findings import Severity

app = typer.Typer(help="Drive job tables end to end, and look after them.", no_args_is_help=True)


NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A job table of the configuration.")]
OptionalName = Annotated[
    str | None, typer.Argument(metavar="NAME", help="A job table of the configuration; default: all.")
]
KeyArgument = Annotated[str, typer.Argument(metavar="JOB", help="The key of the job.")]
CapOption = Annotated[float, typer.Option("--cap", metavar="SECONDS", help="Wait no longer, then clean up.")]


@app.command()
@spread
def exercise(
    *,
    name: OptionalName = None,
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
    shown: Shown,
) -> None:
    """Drive every job table on a throwaway Postgres. Workers crash on the way, and what breaks is shown."""
    from schemactl.jobs.exercise import Options
    from schemactl.jobs.exercise import exercise as run
    from schemactl.jobs.exercise.stage import Effort

    found = given.override(given.load_config(config, folder), postgres=postgres)
    with shown.progress() as listener:
        chosen = Options(name, only or (), skip or (), Effort(interleavings, seed))
        report = run(found, chosen, listener=listener)
    raise typer.Exit(shown.emit(report, fail_on))


@app.callback()
def jobs() -> None:
    """Drive job tables end to end, and look after them."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """Whether a command waits for the job's end."""

    wait: Annotated[bool, typer.Option("--wait", help="Wait until the job has ended, and show how far it is.")] = False
    cap: CapOption = 900.0

    @property
    def seconds(self) -> float | None:
        """How long; None for not at all."""
        return self.cap if self.wait else None


@app.command()
@spread
def work(
    *,
    module: Annotated[
        str, typer.Argument(metavar="MODULE", help="A Python module with `worker = Worker()` and its handlers.")
    ],
    live: Live,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, help="Attempts at once.")] = 10,
    drain: Annotated[bool, typer.Option("--drain", help="End when no job is left.")] = False,
) -> None:
    """Run the handlers of a module until told to stop. Running attempts may end first."""
    from schemactl.jobs import operate

    found = live.load()
    for line in operate.work(found, module, live.dsn, concurrency=concurrency, drain=drain):
        typer.echo(line, err=True)


@app.command()
@spread
def start(
    *,
    name: NameArgument,
    key: Annotated[str, typer.Argument(metavar="JOB", help="The row; an owner where a function creates jobs.")],
    live: Live,
    regenerate: Annotated[bool, typer.Option("--regenerate", help="Make anew what is there.")] = False,
    awaited: Awaited,
    shown: Shown,
) -> None:
    """Start a job, or start one again that has ended. One that is under way stays as it is."""
    from schemactl.jobs import operate

    found = live.load()
    with shown.progress() as listener:
        asked = operate.Asked(name, key, regenerate=regenerate, cap=awaited.seconds)
        report = operate.start(found, live.dsn, asked, listener)
    raise typer.Exit(shown.emit(report))


@app.command()
@spread
def status(
    *,
    name: NameArgument,
    key: KeyArgument,
    live: Live,
    awaited: Awaited,
    shown: Shown,
) -> None:
    """Show a job; exits with 1 when it failed, or did not end in time."""
    _status(name, key, live, shown, awaited.seconds)


@app.command()
@spread
def wait(
    *,
    name: NameArgument,
    key: KeyArgument,
    live: Live,
    cap: CapOption = 900.0,
    shown: Shown,
) -> None:
    """Wait until a job has ended. Shows how far it is, as `status --wait` does."""
    _status(name, key, live, shown, cap)


def _status(name: str, key: str, live: Live, shown: Shown, cap: float | None) -> None:
    from schemactl.jobs import operate

    found = live.load()
    with shown.progress() as listener:
        report = operate.status(found, live.dsn, operate.Asked(name, key, cap=cap), listener)
    raise typer.Exit(shown.emit(report))


@app.command()
@spread
def retry(
    *,
    name: NameArgument,
    key: KeyArgument,
    live: Live,
    awaited: Awaited,
    shown: Shown,
) -> None:
    """Start a job again that has ended. One that is under way stays as it is."""
    from schemactl.jobs import operate

    found = live.load()
    with shown.progress() as listener:
        asked = operate.Asked(name, key, cap=awaited.seconds)
        report = operate.retry(found, live.dsn, asked, listener)
    raise typer.Exit(shown.emit(report))


@app.command()
@spread
def cancel(
    *,
    name: NameArgument,
    key: KeyArgument,
    live: Live,
    shown: Shown,
) -> None:
    """Cancel a job that has not ended."""
    from schemactl.jobs import operate

    report = operate.cancel(live.load(), live.dsn, operate.Asked(name, key))
    raise typer.Exit(shown.emit(report))


@app.command()
@spread
def reset(
    *,
    name: OptionalName = None,
    live: Live,
    shown: Shown,
) -> None:
    """Count dead workers' attempts as failed. Jobs that nobody claimed in time are ended too."""
    from schemactl.jobs import operate

    report = operate.reset(live.load(), live.dsn, name)
    raise typer.Exit(shown.emit(report))


@app.command()
@spread
def prune(
    *,
    name: NameArgument,
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="AGE", help="Jobs that ended longer ago: 90min, 12h, 30d.")
    ],
    live: Live,
    batch: Annotated[int, typer.Option("--batch", min=1, help="Jobs a transaction.")] = 1000,
    with_results: Annotated[
        bool, typer.Option("--with-results", help="Also from a table whose rows hold the results of their jobs.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count them; delete nothing.")] = False,
    shown: Shown,
) -> None:
    """Delete jobs that ended long ago. It goes in batches, and never touches one that has not ended."""
    from schemactl.jobs import pruning

    asked = pruning.Pruning(name, pruning.age(older_than), batch, results=with_results, dry_run=dry_run)
    found = live.load()
    with shown.progress() as listener:
        report = pruning.prune(found, live.dsn, asked, listener)
    raise typer.Exit(shown.emit(report))


@app.command()
@spread
def doctor(
    *,
    name: OptionalName = None,
    live: Live,
    fail_on: options.FailOnOption = Severity.WARNING,
    shown: Shown,
) -> None:
    """Say what is wrong with the jobs of a database; changes nothing."""
    from schemactl.jobs import operate

    report = operate.doctor(live.load(), live.dsn, name)
    raise typer.Exit(shown.emit(report, fail_on))


@app.command()
@spread
def watch(
    *,
    name: OptionalName = None,
    live: Live,
    every: Annotated[float, typer.Option("--every", metavar="SECONDS", min=0.1, help="Between two looks.")] = 2.0,
    times: Annotated[int | None, typer.Option("--times", min=1, help="Look so often, then end.")] = None,
) -> None:
    """Show the jobs of a database by state, again and again."""
    from schemactl.cli.output import write
    from schemactl.jobs import operate
    from schemactl.report import render

    afresh = "\x1b[H\x1b[2J" if sys.stdout.isatty() else ""
    for report in operate.watch(live.load(), live.dsn, name, every=every, times=times):
        text = render(report, "console", fail_on=Severity.WARNING, colour=wants_colour(sys.stdout))
        write(sys.stdout, afresh + text)
