"""Configuration: schemactl.toml, or [tool.schemactl] in pyproject.toml, as frozen values.

The dataclasses below *are* the schema: `load` walks them, so that a key exists once, and the string below a field
is its line in docs/configuration.md. Command line beats environment (`SCHEMACTL_*`) beats file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from schemactl.core.config_jobs import JobConfig
from schemactl.core.errors import ConfigError, Place
from schemactl.core.versions import NEWEST, OLDEST
from schemactl.core.words import did_you_mean

FILE_NAME = "schemactl.toml"
PROJECT = "pyproject.toml"
REPOSITORY = ".git"
PLACES = (FILE_NAME, PROJECT, REPOSITORY)
"""What a search for the configuration looks for in a folder; at the last of them it ends."""
T = TypeVar("T")
_MAJOR = {"range": range(OLDEST, NEWEST + 1)}


class Switch(StrEnum):
    """How loud a check or rule is; `off` does not run it."""

    OFF = "off"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Grants(StrEnum):
    """What the supabase preset grants on new objects by default: everything, as older projects, or nothing."""

    LEGACY = "legacy"
    EXPLICIT = "explicit"


class Ledger(StrEnum):
    """Where the history is kept: schema `schemactl`, or the Supabase CLI's own table."""

    SCHEMACTL = "schemactl"
    SUPABASE = "supabase"


@dataclass(frozen=True, slots=True)
class ApplyConfig:
    """[apply]. Times are strings that Postgres understands as durations (`2s`, `500ms`, `20min`)."""

    lock_timeout: str = "2s"
    """How long one try of a blocking statement waits for its lock."""
    lock_attempts: int = field(default=30, metadata={"range": range(1, 1001)})
    """How often a statement that did not get its lock is tried."""
    build_lock_timeout: str = "20min"
    """The lock time-out of concurrent index builds, which wait for every older transaction."""
    statement_timeout: str = "0"
    """How long a statement may run; `0` is no limit."""
    runner_wait: str = "5min"
    """How long to wait for another runner that is at work on the same database."""


@dataclass(frozen=True, slots=True)
class VerifyConfig:
    """[verify]. What is proved, and how loud a failure is."""

    baseline: str | None = None
    """Migrations up to this version may fail when run again: they lean on the history alone."""
    checks: Mapping[str, Switch] = field(default_factory=lambda: MappingProxyType({}))
    """A check's name and its severity, or `off`."""


@dataclass(frozen=True, slots=True)
class LintConfig:
    """[lint]. What is read in the SQL without a server."""

    runner: str = "schemactl"
    """What runs the files, and so what wraps them: `schemactl`, `psql`, `supabase`, `flyway`, `prisma`…"""
    postgres_version: int | None = field(default=None, metadata=_MAJOR)
    """The oldest major version that must run the files, 14 to 18; else that of the first table, else 14."""
    exposed_schemas: tuple[str, ...] = ()
    """Schemas that clients reach through an API; `public` where the files use Supabase's roles."""
    select: tuple[str, ...] = ()
    """Rules or families to run instead of the default ones."""
    ignore: tuple[str, ...] = ()
    """Rules or families not to run."""
    rules: Mapping[str, Switch] = field(default_factory=lambda: MappingProxyType({}))
    """A rule's or family's name and its severity, or `off`."""
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """A glob of files, and the rules not reported there."""
    baseline: str | None = None
    """A file of fingerprints that are known and not reported; made with `lint --write-baseline`."""


@dataclass(frozen=True, slots=True)
class SnapshotConfig:
    """[snapshot]. What `snapshot` and `diff` take in."""

    exclude: tuple[str, ...] = ()
    """Schemas that are not the project's; with the supabase preset the platform's own are left out already."""


@dataclass(frozen=True, slots=True)
class DriftConfig:
    """[drift]. What a database may have that the files do not give it."""

    ignore: tuple[str, ...] = ()
    """Objects to leave out, as the report names them: `table public.scratch_*`, `column public.orders.legacy_id`."""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration. Paths are relative to `root`, the directory of the file it came from."""

    root: Path = field(default_factory=Path, metadata={"key": False})
    source: str | None = field(default=None, metadata={"key": False})
    migrations: str = "migrations"
    """The folder of the migrations, from this file."""
    policies: str = "policies"
    """The folder of the access rules, from this file."""
    postgres: str = "embedded"
    """The throwaway server: `embedded`, `local`, `local:16`, `local:/path/to/bin`, `container:IMAGE` or
    `existing:DSN`."""
    postgres_version: int | None = field(default=None, metadata=_MAJOR)
    """The major version of the database that the files are for, 14 to 18: another on a throwaway server is told."""
    preset: str = "plain"
    """What is there before the first migration: `plain` nothing, `supabase` its roles and schemas, or an SQL file."""
    grants: Grants = Grants.LEGACY
    """What the supabase preset grants on new objects: everything, as older projects do, or nothing."""
    ledger: Ledger = Ledger.SCHEMACTL
    """Where the history is kept: schema `schemactl`, or the Supabase CLI's own table."""
    apply: ApplyConfig = field(default_factory=ApplyConfig)
    verify: VerifyConfig = field(default_factory=VerifyConfig)
    snapshot: SnapshotConfig = field(default_factory=SnapshotConfig)
    drift: DriftConfig = field(default_factory=DriftConfig)
    lint: LintConfig = field(default_factory=LintConfig)
    jobs: Mapping[str, JobConfig] = field(default_factory=lambda: MappingProxyType({}))
    """The job tables, by a name of your own: `[jobs.NAME]`."""

    @property
    def migrations_path(self) -> Path:
        """The folder of the migrations."""
        return _from_here(self.root / self.migrations)

    @property
    def policies_path(self) -> Path:
        """The folder of the access rules."""
        return _from_here(self.root / self.policies)


def load(start: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration for `start`: a configuration file, or a directory whose parents are searched for one.

    Raises ConfigError naming file, key and the nearest known key.
    """
    path = find(start)
    if path is None:
        config = Config(root=start if start.is_dir() else Path())
    else:
        table = _read(path)
        config = replace(_build(Config, table, path, ""), root=_from_here(path.parent), source=str(path))
    return _with_environment(config, environment)


def find(start: Path) -> Path | None:
    """The configuration file that governs `start`, or None."""
    if start.is_file():
        return start
    if not start.exists():
        raise ConfigError("no such file or directory", place=Place(str(start)))
    for directory in (start, *start.absolute().parents):
        candidate = directory / FILE_NAME
        if candidate.is_file():
            return candidate
        project = directory / PROJECT
        if project.is_file() and "[tool.schemactl" in project.read_text(encoding="utf-8", errors="replace"):
            return project
        if (directory / REPOSITORY).exists():
            return None
    return None


def _from_here(path: Path) -> Path:
    """The path as a person standing here would write it, so that messages and reports are short."""
    try:
        relative = Path(os.path.relpath(path))
    except ValueError:  # another drive
        return path
    return path if path.is_absolute() and relative.parts[:2] == ("..", "..") else relative


def _read(path: Path) -> Mapping[str, Any]:
    import tomllib

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error}", place=Place(str(path))) from error
    except UnicodeDecodeError as error:
        raise ConfigError("not UTF-8 text", place=Place(str(path)), hint="Save the file as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", place=Place(str(path))) from error
    table: Mapping[str, Any] = document
    if path.name == PROJECT:
        table = document.get("tool", {}).get("schemactl", {})
    return table


def _build(kind: type[T], table: object, path: Path, prefix: str) -> T:
    if not isinstance(table, dict):
        raise ConfigError(f"`{prefix.rstrip('.')}` must be a table", place=_place(path, prefix.rstrip(".")))
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind) if f.metadata.get("key", True)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            raise ConfigError(f"unknown key `{prefix}{key}`", place=_place(path, key), hint=did_you_mean(key, known))
    values = {key: _value(hints[key], value, path, prefix + key) for key, value in table.items()}
    for item in fields(kind):  # type: ignore[arg-type]
        if item.name in values:
            _within(item.metadata, values[item.name], f"`{prefix}{item.name}`", _place(path, item.name))
    return kind(**values)


def _within(metadata: Mapping[str, Any], value: object, name: str, place: Place | None = None) -> None:
    """Raise ConfigError for a number out of the field's range."""
    bounds = metadata.get("range")
    if bounds is not None and value not in bounds:
        raise ConfigError(f"{name} cannot be {value}", place=place, hint=f"Known: {bounds[0]} to {bounds[-1]}.")


def _value(kind: Any, value: object, path: Path, key: str) -> Any:
    if is_dataclass(kind):
        return _build(kind, value, path, f"{key}.")  # type: ignore[arg-type]
    origin = get_origin(kind)
    if origin in (UnionType, Union):
        return _value(next(arg for arg in get_args(kind) if arg is not type(None)), value, path, key)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        raise ConfigError(
            f"`{key}` cannot be `{value}`", place=_place(path, key), hint=did_you_mean(str(value), list(kind))
        )
    if origin is not None and issubclass(origin, Mapping):
        if isinstance(value, dict):
            inner = get_args(kind)[1]
            return MappingProxyType({name: _value(inner, item, path, f"{key}.{name}") for name, item in value.items()})
        raise ConfigError(f"`{key}` must be a table", place=_place(path, key))
    if origin is tuple:
        if isinstance(value, list):
            inner = get_args(kind)[0]
            return tuple(_value(inner, item, path, key) for item in value)
        raise ConfigError(f"`{key}` must be a list", place=_place(path, key))
    if kind is Any or type(value) is kind:
        return value
    raise ConfigError(
        f"`{key}` must be {_article(kind)}, not {_article(type(value))}", place=_place(path, key.rsplit(".", 1)[-1])
    )


def _article(kind: type) -> str:
    names = {
        str: "a string",
        int: "a whole number",
        bool: "true or false",
        float: "a number",
        list: "a list",
        dict: "a table",
    }
    return names.get(kind, kind.__name__)


def _place(path: Path, key: str) -> Place:
    """TOML readers give no positions; the first line that mentions the key's last part is near enough."""
    last = key.rsplit(".", 1)[-1]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if last and line.lstrip(" [\"'").startswith(last):
            return Place(str(path), number)
    return Place(str(path))


def _with_environment(config: Config, environment: Mapping[str, str]) -> Config:
    changes: dict[str, Any] = {}
    hints = get_type_hints(Config)
    for item in fields(Config):
        name = f"SCHEMACTL_{item.name.upper()}"
        kind: Any = int if hints[item.name] == int | None else hints[item.name]
        single = not is_dataclass(kind) and get_origin(kind) is None
        if item.metadata.get("key", True) and single and environment.get(name):
            text = environment[name]
            if kind is int and not text.isdecimal():
                raise ConfigError(f"{name} must be a whole number, not `{text}`")
            if issubclass(kind, StrEnum) and text not in set(kind):
                raise ConfigError(f"{name} cannot be `{text}`", hint=did_you_mean(text, list(kind)))
            changes[item.name] = kind(text)
            _within(item.metadata, changes[item.name], name)
    return replace(config, **changes)
