"""`schemactl logout`."""

import os

import typer

from schemactl.core.exit_codes import ExitCode

app = typer.Typer()


@app.command()
def logout() -> int:
    """Remove the access token that `schemactl login` has kept."""
    from schemactl.db import tokens

    removed = tokens.forget()
    typer.echo("the token is removed from the keyring" if removed else "no token was kept; nothing to remove", err=True)
    if os.environ.get(tokens.VARIABLE):
        typer.echo(f"{tokens.VARIABLE} is still set, and is used", err=True)
    elif tokens.in_the_cli():
        typer.echo("the Supabase CLI keeps a token of its own, which is used; `supabase logout` removes it", err=True)
    return ExitCode.OK
