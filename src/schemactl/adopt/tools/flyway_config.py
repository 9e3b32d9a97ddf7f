"""Flyway's configuration files, as far as they say where files and history are, and what a script's own says."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemactl.adopt.reading import glance
from schemactl.adopt.unmapped import unmapped
from schemactl.core.errors import ConfigError, Place
from schemactl.core.findings import Finding

_FILES = ("flyway.toml", "flyway.conf", "conf/flyway.toml", "conf/flyway.conf")
_ASSIGNMENT = re.compile(r"^\s*([\w.]+)\s*[=:]\s*(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FlywayConfig:
    """Folders within the project, the history table (None: the usual one), and whether placeholders are replaced."""

    file: str
    locations: tuple[str, ...] = ()
    table: str | None = None
    placeholders: bool = True


def read(root: Path) -> FlywayConfig | None:
    """The first configuration file there is. Raises ConfigError for one that is not valid TOML."""
    for name in _FILES:
        path = root / name
        if path.is_file():
            return _from(name, _settings(path))
    return None


def script(path: Path) -> tuple[bool, list[Finding]]:
    """Whether the file runs in a transaction, by the configuration beside it; other settings have no counterpart."""
    config = path.with_name(f"{path.name}.conf")
    if not config.is_file():
        return True, []
    settings = dict(_ASSIGNMENT.findall(glance(config)))
    transaction = settings.pop("executeInTransaction", "true").lower() != "false"
    return transaction, [unmapped(f"the setting `{name}` of one script", config) for name in settings]


def _settings(path: Path) -> Mapping[str, Any]:
    text = glance(path)
    if path.suffix != ".toml":
        return {name.removeprefix("flyway."): value for name, value in _ASSIGNMENT.findall(text)}
    try:
        found = tomllib.loads(text).get("flyway", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error}", place=Place(str(path))) from error
    return found if isinstance(found, dict) else {}


def _from(name: str, settings: Mapping[str, Any]) -> FlywayConfig:
    locations = settings.get("locations", ())
    listed = locations.split(",") if isinstance(locations, str) else list(locations)
    folders = [str(one).strip().removeprefix("filesystem:") for one in listed]
    classpath = [f"src/main/resources/{one.removeprefix('classpath:')}" for one in folders if "classpath:" in one]
    table = settings.get("table")
    schema = settings.get("defaultSchema")
    full = f"{schema}.{table or 'flyway_schema_history'}" if schema else table
    replaces = str(settings.get("placeholderReplacement", "true")).lower() != "false"
    return FlywayConfig(name, tuple([one for one in folders if ":" not in one] + classpath), full, replaces)
