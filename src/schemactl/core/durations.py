"""Durations as Postgres writes them (`500ms`, `2s`, `20min`), in milliseconds."""

import re

from schemactl.core.errors import ConfigError

_UNITS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "": 1}
_MOST = 2**31 - 1


def milliseconds(text: str, key: str = "the duration") -> int:
    """How many milliseconds `text` is; a number without a unit counts them, as in Postgres, and `0` is no limit.

    Raises ConfigError naming `key`, also for more than Postgres counts.
    """
    found = re.fullmatch(r"\s*([0-9]+)\s*(us|ms|s|min|h|d)?\s*", text)
    if not found:
        raise ConfigError(f"{key} cannot be `{text}`", hint="Write a number with its unit: 500ms, 2s, 20min; or 0.")
    exact = int(found[1]) * _UNITS[found[2] or ""]
    if exact > _MOST:
        raise ConfigError(f"{key} cannot be `{text}`", hint="The longest is 24 days; `0` is no limit.")
    return max(1, round(exact)) if exact else 0


def in_words(seconds: float) -> str:
    """Seconds for a person: `0.4 s`, `12 s`, `3 min`, `2 h`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
