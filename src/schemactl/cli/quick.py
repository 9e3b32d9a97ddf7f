"""`apply` and `lint` are answered before Typer is imported, all else by the whole program.

The quick way knows the common options of the two. What it does not know is left to the whole program before anything is
done.
"""

import gc
import os
import signal
import sys
from types import FrameType
from typing import Any, NamedTuple


class Spelling(NamedTuple):
    """How a command's arguments are spelled, as Typer reads them: option to field of the command's request."""

    words: dict[str, str]
    flags: dict[str, tuple[str, bool]]
    lists: dict[str, str]
    choices: dict[str, str]


APPLY = Spelling(
    words={
        "--database": "database",
        "-d": "database",
        "--to": "to",
        "--config": "config_file",
        "-c": "config_file",
        "--output": "destination",
        "-o": "destination",
    },
    flags={
        "--out-of-order": ("out_of_order", True),
        "--dry-run": ("dry_run", True),
        "--quiet": ("quiet", True),
        "-q": ("quiet", True),
    },
    lists={},
    choices={"--format": "output", "-f": "output"},
)
LINT = Spelling(
    words={"--runner": "runner", "--baseline": "baseline", "--config": "config_file", "-c": "config_file"},
    flags={"--no-cache": ("cache", False), "--fixes": ("fixes", True)},
    lists={"--select": "select", "--ignore": "ignore"},
    choices={"--severity": "severity", "--fail-on": "fail_on", "--format": "output", "-f": "output"},
)


def main(arguments: list[str]) -> int:
    """Run the program; one of `ExitCode`."""
    signal.signal(signal.SIGTERM, _terminated)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _open_what_is_closed()
    # Folders make hundreds of thousands of values and few cycles.
    gc.set_threshold(100_000, 20, 20)
    code = _run(arguments)
    # The interpreter looks through all that is left for cycles before it ends; nothing here waits to be found.
    gc.freeze()
    return code


def _open_what_is_closed() -> None:
    """Standard streams that the caller closed (`>&-`) are there, and hold nothing."""
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(arguments: list[str]) -> int:
    quick = {"apply": _apply, "lint": _lint}.get(arguments[0]) if arguments else None
    code = quick(arguments) if quick else None
    if code is not None:
        return code
    from schemactl.cli.app import main as whole

    return whole(arguments)


def _apply(arguments: list[str]) -> int | None:
    asked = read(APPLY, arguments[1:])
    if asked is None or len(asked["paths"]) > 1:
        return None
    try:
        asked = chosen(asked)
    except ValueError:
        return None
    from schemactl.cli.applying import Request, run
    from schemactl.cli.ending import ended

    folder = next(iter(asked.pop("paths")), None)
    request = Request(folder=folder, **asked)
    return ended(lambda: run(request), request.output)


def _lint(arguments: list[str]) -> int | None:
    asked = read(LINT, arguments[1:])
    if asked is None or asked["paths"] == ("-",):
        return None
    try:
        from schemactl.cli.linting import Request, run

        return int(run(Request(**chosen(asked)), arguments))
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        return 130
    except Exception:  # noqa: BLE001 - the whole program meets it again, and explains it
        return None


def read(spelling: Spelling, arguments: list[str]) -> dict[str, Any] | None:
    """Typer's reading of the arguments, for those that are known here; None when there is another one."""
    asked: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if not argument.startswith("-") or argument == "-":
            paths.append(argument)
            continue
        if argument in spelling.flags:
            flag, chosen = spelling.flags[argument]
            asked[flag] = chosen
            continue
        if name not in spelling.lists | spelling.words | spelling.choices or (equals and not name.startswith("--")):
            return None
        if not equals:
            value = next(rest, "-")
            if value.startswith("-"):
                return None
        if name in spelling.lists:
            words = tuple(word.strip() for word in value.split(",") if word.strip())
            asked[spelling.lists[name]] = (*asked.get(spelling.lists[name], ()), *words)
        else:
            asked[(spelling.words | spelling.choices)[name]] = value
    return {**asked, "paths": tuple(paths)}


def chosen(asked: dict[str, Any]) -> dict[str, Any]:
    """`asked` with members of the enumerations. Raises ValueError for a word that is none."""
    from schemactl.cli.output import Format
    from schemactl.core.findings import Severity

    kinds = {"severity": Severity, "fail_on": Severity, "output": Format}
    return {name: kinds[name](value) if name in kinds else value for name, value in asked.items()}
