"""The commands, one module each: an `app` with one function, or with several for a group such as `rls`."""

from importlib import import_module
from pkgutil import iter_modules

import typer


def names() -> list[str]:
    """Every command, as the person types it: a module of this folder."""
    return sorted(module.name.replace("_", "-") for module in iter_modules(__path__))


def load(name: str) -> typer.Typer:
    """Import the command `name`; only then are its own imports paid for."""
    app: typer.Typer = import_module(f"{__name__}.{name.replace('-', '_')}").app
    return app
