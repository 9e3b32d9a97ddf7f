"""The answer of the last run, given again where nothing has changed.

A run is remembered under its arguments, folder, environment, day and version, with the digest of every file that it
read, the lists of files that it found, and the configuration files that were not there. Only the standard library is
imported here, and little of it: the answer comes before Typer or the parser are loaded.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from schemactl import __version__
from schemactl.lint import walk

_KEPT = 32
_LARGEST = 4 * 1024 * 1024
_ENVIRONMENT = ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "LANG", "LC_ALL", "PYTHONIOENCODING")


class Answer(NamedTuple):
    """What a run wrote to standard output, and its exit code."""

    text: str
    code: int


def recall(arguments: Sequence[str]) -> Answer | None:
    """The remembered answer to these arguments, when every file it rests on is as it was."""
    try:
        with open(_place(arguments), encoding="utf-8") as file:
            entry = json.load(file)
        if _holds(entry):
            return Answer(entry["text"], entry["code"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def remember(
    arguments: Sequence[str], answer: Answer, paths: list[str], read: Iterable[str], absent: Iterable[str]
) -> None:
    """Keep an answer: `paths` are those it was asked for, `read` the files it rests on. Failing to is no error."""
    if len(answer.text) > _LARGEST:
        return
    found = walk.roots(paths)
    entry = {
        "text": answer.text,
        "code": answer.code,
        "digests": {path: _digest(path) for path in read},
        "lists": [[root, depth, list(walk.sql_files(root, depth))] for root, depth in found],
        "absent": list(absent),
    }
    try:
        place = _place(arguments)
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
        unfinished = f"{place}.{os.getpid()}"
        with open(unfinished, "w", encoding="utf-8") as file:
            json.dump(entry, file)
        os.replace(unfinished, place)
        _prune(os.path.dirname(place))
    except OSError:
        return


def _holds(entry: Mapping[str, Any]) -> bool:
    return (
        not any(os.path.exists(path) for path in entry["absent"])
        and all(list(walk.sql_files(root, depth)) == files for root, depth, files in entry["lists"])
        and all(_digest(path) == digest for path, digest in entry["digests"].items())
    )


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.blake2b(file.read(), digest_size=16).hexdigest()
    except OSError:
        return ""


def _place(arguments: Sequence[str]) -> str:
    own = sorted(item for item in os.environ.items() if item[0].startswith("SCHEMACTL_") or item[0] in _ENVIRONMENT)
    terminal = os.get_terminal_size().columns if sys.stdout.isatty() else 0
    today = time.strftime("%Y-%m-%d")
    parts = json.dumps([__version__, _program(), list(arguments), os.getcwd(), own, terminal, today])
    name = hashlib.blake2b(parts.encode(errors="backslashreplace"), digest_size=16).hexdigest()
    return os.path.join(_folder(), f"{name}.json")


def _program() -> int:
    """A number that changes with the program's own files, so that nobody who works on it gets an old answer."""
    package = os.path.dirname(os.path.dirname(__file__))
    return hash(
        tuple(
            entry.stat().st_mtime_ns
            for room, _, _ in os.walk(package)
            for entry in os.scandir(room)
            if entry.name.endswith(".py")
        )
    )


def _folder() -> str:
    asked = os.environ.get("SCHEMACTL_CACHE_DIR")
    if asked:
        return os.path.join(asked, "lint")
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "schemactl", "lint")


def _prune(folder: str) -> None:
    """Forget all but the latest answers."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime, reverse=True)
    for entry in entries[_KEPT:]:
        os.unlink(entry.path)
