"""Where the program begins: `schemactl lint` is answered before Typer is imported, all else by the whole program.

The quick way knows `lint`'s common options. Whatever it does not know, and whatever goes wrong on it, is left to the
whole program, which then says so.
"""

import sys
from typing import Any

_LISTS = {"--select": "select", "--ignore": "ignore"}
_WORDS = {"--runner": "runner", "--baseline": "baseline", "--config": "config_file", "-c": "config_file"}
_FLAGS = {"--no-cache": ("cache", False), "--fixes": ("fixes", True)}
_CHOICES = {"--severity": "severity", "--fail-on": "fail_on", "--format": "output", "-f": "output"}


def main() -> None:
    """Run the program and leave with its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["lint"]:
        code = _quickly(arguments)
        if code is not None:
            sys.exit(code)
    from schemactl.cli.app import main as whole

    whole(arguments)


def _quickly(arguments: list[str]) -> int | None:
    from schemactl.lint import replay

    asked = _read(arguments[1:])
    if asked is None:
        return None
    try:
        remembered = replay.recall(arguments) if asked.get("cache", True) else None
        if remembered is not None:
            sys.stdout.write(remembered.text)
            sys.stdout.flush()
            return remembered.code
        return _lint(asked, arguments)
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        return 130
    except Exception:  # noqa: BLE001 - the whole program meets it again, and explains it
        return None


def _lint(asked: dict[str, Any], arguments: list[str]) -> int:
    from schemactl.cli.linting import Request, run
    from schemactl.cli.output import Format
    from schemactl.core.findings import Severity

    for name, kind in (("severity", Severity), ("fail_on", Severity), ("output", Format)):
        if name in asked:
            asked[name] = kind(asked[name])
    return int(run(Request(**asked), arguments))


def _read(arguments: list[str]) -> dict[str, Any] | None:
    """Typer's reading of the arguments, for those that are known here; None when there is another one."""
    asked: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if not argument.startswith("-") or argument == "-":
            paths.append(argument)
            continue
        if argument in _FLAGS:
            flag, chosen = _FLAGS[argument]
            asked[flag] = chosen
            continue
        if name not in _LISTS | _WORDS | _CHOICES or (equals and not name.startswith("--")):
            return None
        if not equals:
            value = next(rest, "-")
            if value.startswith("-"):
                return None
        if name in _LISTS:
            words = tuple(word.strip() for word in value.split(",") if word.strip())
            asked[_LISTS[name]] = (*asked.get(_LISTS[name], ()), *words)
        else:
            asked[(_WORDS | _CHOICES)[name]] = value
    return None if paths == ["-"] else {**asked, "paths": tuple(paths)}
