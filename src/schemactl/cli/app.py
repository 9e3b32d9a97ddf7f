"""The `schemactl` program: finds commands, and turns errors into messages and exit codes."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from schemactl import __version__
from schemactl.cli import commands
from schemactl.cli.ending import ended
from schemactl.cli.output import wanted_format, write
from schemactl.core.errors import UsageError
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; one of `ExitCode`."""
    args = list(sys.argv[1:] if arguments is None else arguments)
    return ended(lambda: _run(args), wanted_format(args))


def _run(args: list[str]) -> int:
    try:
        outcome = app(args, prog_name="schemactl", standalone_mode=False)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        if context and error.format_message() == context.get_help():  # a group of commands, and none of them named
            write(sys.stderr, f"{error.format_message()}\n")
            return ExitCode.USAGE
        hint = f"Try `{context.command_path} --help`." if context else None
        raise UsageError(error.format_message(), hint=hint) from error
    except typer.Abort:
        raise KeyboardInterrupt from None
    return outcome if isinstance(outcome, int) else ExitCode.OK
