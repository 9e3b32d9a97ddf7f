"""`schemactl login`."""

import sys
from typing import Annotated

import typer

from schemactl.core.errors import UsageError
from schemactl.core.events import Event, Note
from schemactl.core.exit_codes import ExitCode

app = typer.Typer()


@app.command()
def login(
    *,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Ask Supabase whether it accepts the token, before it is kept.")
    ] = True,
) -> int:
    """Keep an access token of Supabase in the keyring. It is for `--database supabase://PROJECT`.

    The token is asked for without echo, or read from standard input. SUPABASE_ACCESS_TOKEN, where it is set, is used
    before the keyring's.
    """
    from schemactl.db import tokens

    token = tokens.checked(_read(), "what was given")
    if check:
        from schemactl.db.managed import visible_projects

        count = visible_projects(token, _tell)
        typer.echo(f"the token is accepted; its owner sees {count} project{'' if count == 1 else 's'}", err=True)
    tokens.store(token)
    typer.echo("the token is kept in this machine's keyring; `schemactl logout` removes it", err=True)
    return ExitCode.OK


def _read() -> str:
    """The token, from the person or the pipe: never from an argument, which every process list shows."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("Access token (dashboard, Account, Access Tokens): ").strip()
    text = sys.stdin.readline().strip()
    if not text:
        raise UsageError("no token on standard input", hint="Write `schemactl login < file`, or run it in a terminal.")
    return text


def _tell(event: Event) -> None:
    if isinstance(event, Note):
        typer.echo(event.message, err=True)
