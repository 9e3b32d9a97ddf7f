"""Which rules run, and how loud: from the configuration and the command line to the engine's choice."""

from collections.abc import Iterable

from schemactl.core.config import LintConfig, Switch
from schemactl.core.errors import ConfigError, UsageError
from schemactl.core.findings import Severity
from schemactl.core.words import did_you_mean
from schemactl.lint.engine import Chosen
from schemactl.lint.index import FAMILIES, INDEX, OFF_BY_DEFAULT

# Names that other linters gave to a set of our rules.
ALIASES = {"prefer-robust-stmts": "rerun", "require-timeout-settings": "require-lock-timeout"}
NAMES = {entry.name: entry for entry in INDEX}


def choose(config: LintConfig, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Chosen:
    """The rules to run. `select` replaces the defaults, `ignore` takes away; both name rules, families or `all`.

    Raises UsageError (or ConfigError for the file's own words) for a name that is no rule.
    """
    wanted = _expand(select, UsageError) or _expand(config.select, ConfigError) or _defaults()
    wanted = wanted - _expand(config.ignore, ConfigError) - _expand(ignore, UsageError)
    severities: dict[str, Severity] = {}
    for word, switch in config.rules.items():
        names = _expand([word], ConfigError)
        if switch is Switch.OFF:
            wanted = wanted - names
        else:
            wanted = wanted | names
            severities.update(dict.fromkeys(names, Severity(switch.value)))
    return Chosen(wanted, severities)


def _defaults() -> frozenset[str]:
    return frozenset(entry.name for entry in INDEX if entry.family not in OFF_BY_DEFAULT)


def _expand(words: Iterable[str], error: type[UsageError]) -> frozenset[str]:
    result: set[str] = set()
    for word in words:
        name = ALIASES.get(word, word)
        if name == "all":
            result.update(NAMES)
        elif name in FAMILIES:
            result.update(entry.name for entry in INDEX if entry.family == name)
        elif name in NAMES:
            result.add(name)
        else:
            raise error(f"unknown rule `{word}`", hint=did_you_mean(word, [*NAMES, *FAMILIES, "all"]))
    return frozenset(result)
