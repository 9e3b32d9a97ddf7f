"""Options that several commands take alike, as one parameter: a dataclass whose fields are options."""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from schemactl.cli import options
from schemactl.cli.given import dsn, load_config, override
from schemactl.cli.output import Format, emit
from schemactl.cli.progress import progress
from schemactl.core.config import Config
from schemactl.core.events import Listener
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity
from schemactl.core.results import Report


@dataclass(frozen=True, slots=True)
class Shown:
    """How a result is shown."""

    output: options.FormatOption = Format.CONSOLE
    destination: options.OutputOption = None
    quiet: options.QuietOption = False

    def progress(self) -> AbstractContextManager[Listener]:
        """Who hears of the progress, for the time of the command."""
        return progress(output=self.output, quiet=self.quiet)

    def emit(self, report: Report, fail_on: Severity = Severity.ERROR) -> ExitCode:
        """Write the report. Raises UsageError when the file cannot be written."""
        return emit(report, self.output, self.destination, fail_on)


@dataclass(frozen=True, slots=True)
class Tried:
    """Where migrations are tried."""

    config: options.ConfigOption = None
    postgres: options.PostgresOption = None
    preset: options.PresetOption = None

    def load(self, folder: Path | None = None, policies: str | None = None) -> Config:
        """The configuration, with what the command line says instead. Raises ConfigError."""
        found = load_config(self.config, folder)
        return override(found, postgres=self.postgres, preset=self.preset, policies=policies)


@dataclass(frozen=True, slots=True)
class Live:
    """The database that a command works on, and its configuration."""

    database: options.DatabaseOption = None
    config: options.ConfigOption = None

    def load(self) -> Config:
        """The configuration. Raises ConfigError."""
        return load_config(self.config)

    @property
    def dsn(self) -> str:
        """The database that is meant, by the option or the environment. Raises UsageError."""
        return dsn(self.database)


def spread(command: Callable[..., Any]) -> Callable[..., Any]:
    """`command` as Typer is to see it: in the place of a parameter that takes such a dataclass, its fields."""
    signature = inspect.signature(command, eval_str=True)
    groups: dict[str, type] = {}
    parameters: list[inspect.Parameter] = []
    for one in signature.parameters.values():
        kind = one.annotation
        if isinstance(kind, type) and is_dataclass(kind):
            groups[one.name] = kind
            parameters += inspect.signature(kind, eval_str=True).parameters.values()
        else:
            parameters.append(one)
    parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters]

    @wraps(command)
    def spreading(**values: Any) -> Any:
        made = {
            name: kind(**{item.name: values.pop(item.name) for item in fields(kind)}) for name, kind in groups.items()
        }
        return command(**values, **made)

    spreading.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    spreading.__annotations__ = {one.name: one.annotation for one in parameters}
    return spreading
