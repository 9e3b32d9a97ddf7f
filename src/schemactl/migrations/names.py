"""File names: what they say, and the nearest valid one for those that fit no pattern."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from schemactl.migrations.model import Version

PATTERNS = "`<digits>_<name>.sql`, `<digits>_<name>.down.sql` or `R__<name>.sql`"

_VERSIONED = re.compile(r"([0-9]+)_([^.\s][^/\n]*?)(\.down)?\.sql")
_REPEATABLE = re.compile(r"R__([^.\s][^/\n]*)\.sql")
_REVERSE = frozenset({".down", ".undo", ".revert", ".rollback"})
_ENDINGS = _REVERSE | {".up", ".do", ".deploy"}


class Role(StrEnum):
    """What a file is for."""

    UP = "up"
    DOWN = "down"
    REPEATABLE = "repeatable"


@dataclass(frozen=True, slots=True)
class Name:
    """A valid file name, taken apart; `version` is None for a repeatable."""

    role: Role
    name: str
    version: Version | None = None

    def __str__(self) -> str:
        if self.version is None:
            return f"R__{self.name}.sql"
        return f"{self.version}_{self.name}{'.down' if self.role is Role.DOWN else ''}.sql"


def read(file_name: str) -> Name | None:
    """Take a file name apart; None when it fits no pattern.

    A name may hold dots, but not a word that other tools give a meaning (`0001_users.up.sql`).
    """
    if not file_name.isprintable():  # bytes that are no UTF-8, line ends
        return None
    if found := _REPEATABLE.fullmatch(file_name):
        return Name(Role.REPEATABLE, found[1])
    found = _VERSIONED.fullmatch(file_name)
    if found is None or PurePath(found[2]).suffix.lower() in _ENDINGS:
        return None
    return Name(Role.DOWN if found[3] else Role.UP, found[2], Version.parse(found[1]))


def suggest(file_name: str, next_label: str) -> str:
    """The nearest valid name for one that fits no pattern: `V2__users.sql` is most likely meant as `2_users.sql`.

    `next_label` is the number for a file that has none.
    """
    stem = file_name[: -len(".sql")]
    ending = PurePath(stem).suffix.lower()
    if ending in _ENDINGS:
        stem = stem[: -len(ending)]
    reverse = ending in _REVERSE
    if found := re.fullmatch(r"[Rr][_\-. ]+(.+)", stem):
        return f"R__{slug(found[1])}.sql"
    if found := re.match(r"[Uu]([0-9]+)__", stem):
        reverse = True
    # A date written with separators, or a letter that another tool puts before the number.
    stem = re.sub(r"^(\d{4})[-_.](\d{2})[-_.](\d{2})(?!\d)", r"\1\2\3", stem)
    found = re.fullmatch(r"[VvUu]?([0-9]+)(.*)", stem, re.DOTALL)
    label, rest = (found[1], found[2]) if found else (next_label, stem)
    return f"{label}_{slug(rest)}{'.down' if reverse else ''}.sql"


def slug(text: str) -> str:
    """A file name's form of a title: `Add orders` becomes `add_orders`."""
    return re.sub(r"\W+", "_", text).strip("_").lower() or "describe_the_change"
