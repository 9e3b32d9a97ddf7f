"""The `schemactl` program: finds commands, and turns errors into messages and exit codes."""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from schemactl import __version__
from schemactl.cli import commands
from schemactl.cli.output import Format, show_error, wanted_format
from schemactl.core.errors import InternalError, InterruptedRun, SchemactlError, UsageError
from schemactl.core.exit_codes import ExitCode
from schemactl.core.words import did_you_mean


class LazyGroup(TyperGroup):
    """Commands are found by name and imported only then, so that each pays for its own imports alone."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, by name."""
        del ctx
        return commands.names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the command; an unknown name gets the nearest known one."""
        if cmd_name not in commands.names():
            if ctx.resilient_parsing:  # a shell asks for completions
                return None
            raise UsageError(f"no such command `{cmd_name}`", hint=did_you_mean(cmd_name, commands.names()))
        command_app = commands.load(cmd_name)
        command_app.rich_markup_mode = None
        command_app._add_completion = False  # noqa: SLF001 - completion belongs to the program, not to each command
        command = typer.main.get_command(command_app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"schemactl {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Lint, prove and apply PostgreSQL migrations; test who can touch which rows; drive job tables end to end."""
    del version


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with one of `ExitCode`."""
    args = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, _terminated)
    # Folders make hundreds of thousands of values and few cycles.
    gc.set_threshold(100_000, 20, 20)
    code = int(_run(args))
    # The interpreter looks through all that is left for cycles before it ends; nothing here waits to be found.
    gc.freeze()
    sys.exit(code)


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(args: list[str]) -> int:
    output = wanted_format(args)
    try:
        outcome = app(args, prog_name="schemactl", standalone_mode=False)
        return outcome if isinstance(outcome, int) else ExitCode.OK
    except SchemactlError as error:
        return _failed(error, output)
    except typer.TyperException as error:
        return _failed(UsageError(error.format_message(), hint=_usage_hint(error)), output)
    except (KeyboardInterrupt, typer.Abort):
        return _failed(InterruptedRun("interrupted"), output)
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.OK
    except Exception as error:
        if os.environ.get("SCHEMACTL_TRACEBACK"):
            raise
        return _failed(_bug(error), output)


def _bug(error: Exception) -> SchemactlError:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    words = f"an error in schemactl itself: {type(error).__name__}: {error} (at {place})"
    return InternalError(words, hint="Please report it; SCHEMACTL_TRACEBACK=1 shows the whole traceback.")


def _usage_hint(error: typer.TyperException) -> str | None:
    context = getattr(error, "ctx", None)
    return f"Try `{context.command_path} --help`." if context else None


def _failed(error: SchemactlError, output: Format) -> int:
    show_error(error, output)
    return error.exit_code
