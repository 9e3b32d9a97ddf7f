"""What the readers of the tools' files share."""

import configparser
import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from schemactl.adopt.model import Part
from schemactl.core.errors import SourceError
from schemactl.migrations import names
from schemactl.sql import parse, source
from schemactl.sql.parse import Statement
from schemactl.sql.transactions import Control, control

USUAL_FOLDERS = (
    "migrations",
    "db/migrations",
    "database/migrations",
    "sql/migrations",
    "src/migrations",
    "db/migration",
    "internal/db/migrations",
    ".",
)

INNER = frozenset({Control.SAVEPOINT, Control.RELEASE, Control.ROLLBACK_TO})
_END = re.compile(r"\s*;[ \t]*")
_WORD = re.compile(r"\w+")


def read(path: Path) -> str:
    """The text of a file, without a byte order mark. Raises SourceError."""
    return source.read(path).removeprefix("\ufeff")


def glance(path: Path) -> str:
    """The text of a file as far as it can be read, or nothing: for guesses, and for settings."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def ini(path: Path) -> configparser.ConfigParser:
    """A configuration file with sections; empty where there is none, or one that cannot be read."""
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    with contextlib.suppress(configparser.Error):
        parser.read_string("\n".join(line.strip() for line in glance(path).replace("%(here)s", ".").splitlines()))
    return parser


def sql_files(folder: Path, pattern: str = r".*\.sql") -> list[Path]:
    """The files of a folder whose names match, sorted by name; none where there is no such folder."""
    if not folder.is_dir():
        return []
    wanted = re.compile(pattern, re.IGNORECASE)
    return sorted(
        (path for path in folder.iterdir() if path.is_file() and wanted.fullmatch(path.name)),
        key=lambda path: path.name,
    )


def folder_that_says(root: Path, folders: Iterable[str], pattern: re.Pattern[str]) -> Path | None:
    """The first of `folders` in which an SQL file holds what matches."""
    for folder in folders:
        for path in sql_files(root / folder):
            if pattern.search(glance(path)):
                return root / folder
    return None


def folder_with_names(root: Path, folders: Iterable[str], pattern: str) -> Path | None:
    """The first of `folders` that holds a file whose name matches."""
    return next((root / folder for folder in folders if sql_files(root / folder, pattern)), None)


def environment_file(root: Path) -> dict[str, str]:
    """What `.env` sets, as tools read it: `NAME=value`, maybe in quotes, maybe behind `export`."""
    found = re.findall(r"^\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$", glance(root / ".env"), re.MULTILINE)
    return {name: value.strip("\"'") for name, value in found}


def title(rest: str, default: str = "migration") -> str:
    """The part of a file's name behind its number, as it is where it can stand in ours."""
    text = rest.strip("_-. ")
    if not _WORD.search(text):
        return default
    name = names.read(f"1_{text}.sql")
    kept = name is not None and name.name == text and name.role is names.Role.UP
    return text if kept and not text.startswith("_") else names.slug(text)


def first_line(text: str, number: int) -> int:
    """The line, from 1, that the character at `number` stands on."""
    return text.count("\n", 0, number) + 1


def lines_that_match(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """The line of each match, and the match."""
    for found in pattern.finditer(text):
        yield first_line(text, found.start()), found


def sections(text: str, mark: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str, int]]:
    """Each line that matches, the text behind it up to the next one, and the line that this begins on."""
    marks = list(mark.finditer(text))
    ends = [*(found.start() for found in marks[1:]), len(text)]
    for found, end in zip(marks, ends, strict=False):
        yield found, text[found.end() : end], first_line(text, found.end())


def holds_statements(part: Part | None) -> bool:
    """Whether there is anything to run; what cannot be read counts."""
    if part is None:
        return False
    try:
        return bool(parse.parse(part.text).statements)
    except SourceError:
        return True


def trimmed(part: Part) -> Part:
    """The part without blank lines around it."""
    ahead = len(part.text) - len(part.text.lstrip("\r\n \t"))
    line = part.line + part.text.count("\n", 0, ahead)
    body = part.text.strip("\r\n \t")
    return replace(part, text=f"{body}\n" if body else "", line=line)


def unwrapped(part: Part) -> Part:
    """The part without a BEGIN before everything and the COMMIT behind it: every migration is a transaction already.

    Any other transaction control stays, for whoever checks the part.
    """
    try:
        statements = parse.parse(part.text).statements
    except SourceError:
        return part
    controls = [(one, found) for one in statements if (found := control(one)) is not None and found not in INNER]
    if len(controls) != 2 or [found for _, found in controls] != [Control.BEGIN, Control.COMMIT]:
        return part
    if controls[0][0] is not statements[0] or controls[1][0] is not statements[-1]:
        return part
    return trimmed(replace(part, text=cut_out(part.text, [one for one, _ in controls])))


def cut_out(text: str, statements: Sequence[Statement]) -> str:
    """The text without these statements and their semicolons; a line that goes leaves an empty one, for the numbers."""
    for statement in reversed(statements):
        tail = _END.match(text, statement.end)
        end = tail.end() if tail else statement.end
        gone = text[statement.start : end]
        text = text[: statement.start] + "\n" * gone.count("\n") + text[end:]
    return text
