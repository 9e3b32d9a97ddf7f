"""What a database holds before the first migration: roles, schemas and functions that migrations count on.

A preset is SQL that runs in psql as it is. Directives at its head name the superuser that runs it and, where migrations
do not run as that superuser, the role that they run as.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from schemactl.core.config import Grants
from schemactl.core.errors import ConfigError, Place
from schemactl.core.resources import read_text
from schemactl.core.words import did_you_mean

BUILT_IN = ("plain", "supabase")
DIRECTIVES = frozenset({"superuser", "migration_role"})


@dataclass(frozen=True, slots=True)
class Script:
    """One SQL file of a preset; `file` is what an error calls it."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Preset:
    """SQL scripts, run in this order, and who runs what."""

    name: str
    scripts: tuple[Script, ...]
    superuser: str
    migration_role: str
    shipped_as: str = ""
    """What `python -m schemactl.servers.presets` calls it; empty for a project's own."""

    @property
    def fingerprint(self) -> str:
        """Changes with anything that the preset does."""
        parts = (self.superuser, self.migration_role, *(script.text for script in self.scripts))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def load(preset: str | Path, grants: Grants = Grants.LEGACY, root: Path = Path()) -> Preset:
    """The built-in preset of that name, or the project's own `.sql` file, relative to `root`.

    Raises ConfigError for a name that is neither, a file that cannot be read, or an unknown directive.
    """
    if preset == "plain":
        return _preset("plain", "plain", _shipped("plain.sql"))
    if preset == "supabase":
        grant = [_shipped("supabase_legacy_grants.sql")] if grants is Grants.LEGACY else []
        return _preset("supabase", f"supabase {grants}", _shipped("supabase.sql"), *grant)
    if isinstance(preset, str) and not preset.endswith(".sql"):
        raise ConfigError(
            f"unknown preset `{preset}`",
            hint=f"{did_you_mean(preset, BUILT_IN)} A preset of your own is a file whose name ends in .sql.",
        )
    path = root / preset
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError("not UTF-8 text", place=Place(str(path)), hint="Save the preset as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"the preset cannot be read: {error.strerror}", place=Place(str(path))) from error
    return _preset(path.stem, "", Script(str(path), text.removeprefix("\ufeff")))


def _shipped(name: str) -> Script:
    return Script(name, read_text("schemactl.servers.presets", name))


def _preset(name: str, shipped_as: str, *scripts: Script) -> Preset:
    directives = _directives(scripts[0])
    superuser = directives.get("superuser", "postgres")
    return Preset(name, scripts, superuser, directives.get("migration_role", superuser), shipped_as)


def _directives(script: Script) -> Mapping[str, str]:
    """`-- schemactl:key=value` among the comments at the head of the file."""
    found: dict[str, str] = {}
    for number, line in enumerate(script.text.splitlines(), start=1):
        if line.strip() and not line.startswith("--"):
            break
        match = re.fullmatch(r"--\s*schemactl:(\w+)=(\S+)\s*", line)
        if match is None:
            continue
        key, value = match.groups()
        if key not in DIRECTIVES:
            raise ConfigError(
                f"unknown directive `{key}` in a preset",
                place=Place(script.file, number),
                hint=did_you_mean(key, DIRECTIVES),
            )
        found[key] = value
    return found
