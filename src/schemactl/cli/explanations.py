"""What can be looked up by a word: exit codes, SQLSTATEs, directives, configuration keys, and every rule and check.

The texts live where the thing itself does, so that there is one of each; a rule's is its module's docstring.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import get_type_hints

from schemactl.cli.described import CATALOGUES, attribute_docs, default_words, docstring, modules
from schemactl.core import config
from schemactl.core.exit_codes import ExitCode
from schemactl.db import sqlstates
from schemactl.db.advice import ADVICE
from schemactl.migrations import directives


@dataclass(frozen=True, slots=True)
class Page:
    """One explanation."""

    kind: str
    name: str
    text: str


def find(word: str) -> tuple[Page, ...]:
    """Every page about `word`, whatever its case; a word may be a directive and a configuration key."""
    wanted = word.strip().lower()
    if wanted.startswith(f"{directives.PREFIX}:"):
        return tuple(_directive(wanted.partition(":")[2]))
    sources = (_exit_code, _sqlstate, _directive, _key, _module)
    return tuple(page for source in sources for page in source(wanted))


def known() -> dict[str, list[str]]:
    """Every word that has a page, by kind."""
    found = {
        "exit code": [str(int(code)) for code in ExitCode],
        "SQLSTATE": sorted(ADVICE),
        "directive": sorted(directives.KNOWN),
        "configuration key": [name for name, _ in _keys(config.Config, "")],
    }
    for folder, (package, _title, _about) in CATALOGUES.items():
        found[folder.removesuffix("s")] = sorted(modules(package))
    return {kind: words for kind, words in found.items() if words}


def pages_of(names: Iterable[str]) -> dict[str, str]:
    """The pages of these rules and checks, of those that have one."""
    paths = {name: path for package, _, _ in CATALOGUES.values() for name, path in modules(package).items()}
    return {name: docstring(paths[name]) for name in set(names) & paths.keys()}


def _exit_code(word: str) -> Iterator[Page]:
    for code in ExitCode:
        if word == str(int(code)):
            yield Page("exit code", word, code.meaning)


def _sqlstate(word: str) -> Iterator[Page]:
    code = sqlstates.code(word)
    if code is None:
        return
    advice = ADVICE.get(code)
    text = f"{advice.cause}\n\n{advice.remedy}" if advice else f"{sqlstates.kind(code).capitalize()}."
    yield Page("SQLSTATE", sqlstates.describe(code), text)


def _directive(word: str) -> Iterator[Page]:
    if word in directives.KNOWN:
        yield Page("directive", f"-- {directives.PREFIX}:{word}", directives.KNOWN[word])


def _key(word: str) -> Iterator[Page]:
    for name, text in _keys(config.Config, ""):
        if word in (name, name.rpartition(".")[2]):
            yield Page("configuration key", name, text)


def _keys(kind: type, prefix: str) -> Iterator[tuple[str, str]]:
    hints = get_type_hints(kind)
    texts = attribute_docs(kind)
    for item in fields(kind):
        if is_dataclass(hints[item.name]):
            yield from _keys(hints[item.name], f"{prefix}{item.name}.")
        elif item.metadata.get("key", True):
            default = default_words(getattr(kind(), item.name))
            text = texts.get(item.name, "")
            yield f"{prefix}{item.name}", f"{text}\n\nDefault: {default}" if default else text


def _module(word: str) -> Iterator[Page]:
    for folder, (package, _title, _about) in CATALOGUES.items():
        module = modules(package).get(re.sub(r"[_\s]", "-", word))
        if module is not None:
            yield Page(folder.removesuffix("s"), word, docstring(module))
