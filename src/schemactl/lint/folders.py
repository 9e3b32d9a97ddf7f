"""Which files a run reads, in which order, and which part of each is the way up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemactl.core.errors import UsageError
from schemactl.lint import walk

_DIGITS = re.compile(r"(\d+)")
_DOWN = re.compile(r"(?:^|[._])(?:down|undo|revert|rollback)\.sql$|^U[0-9.]+__.*\.sql$", re.IGNORECASE)
_DOWN_SECTION = re.compile(
    r"^--\s*(?:migrate:down\b|\+goose\s+down\b|-+\s*create above / drop below)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read; context files are only read for the schema they leave."""

    path: Path
    reported: bool


def collect(paths: Sequence[Path], only: frozenset[Path] | None = None) -> list[Input]:
    """The SQL files of the paths, in the order they apply. For a single file those before it in its folder are context.

    With `only`, all others are context. Files that undo (`down.sql`, `1_x.down.sql`, `U1__x.sql`) are left out unless
    named. Raises UsageError for a path that does not exist and for a folder without SQL.
    """
    wanted: dict[Path, bool] = {}
    for path in paths:
        if path.is_dir():
            found = _files(path)
            if not found:
                raise UsageError(f"no .sql file in {path}", hint="Name the folder that holds the migrations.")
            wanted.update((file, True) for file in found)
        elif path.exists():
            wanted[path] = True
        else:
            raise UsageError(f"no such file or directory: {path}", hint="Name a .sql file or a folder that holds some.")
    context: dict[Path, bool] = {}
    for path in paths:
        if not path.is_dir():
            for file in _before(path):
                if file not in wanted:
                    context[file] = False
    both = {**context, **wanted}
    return [Input(path, both[path] and (only is None or path.resolve() in only)) for path in sorted(both, key=natural)]


def _files(folder: Path) -> list[Path]:
    return [Path(file) for file in walk.sql_files(str(folder), walk.DEEPEST) if not _DOWN.search(_name(file))]


def _before(path: Path) -> Iterable[Path]:
    """The files of the same folder that come first; each in a folder of its own where the runner wants that."""
    key = natural(path)
    ((root, depth),) = walk.roots([str(path)])
    files = (file for file in walk.sql_files(root, depth) if not _DOWN.search(_name(file)))
    wanted = path.name if depth else None
    return [Path(file) for file in files if natural(file) < key and wanted in {None, _name(file)}]


def _name(file: str) -> str:
    return file.rpartition("/")[2]


def natural(path: Path | str) -> tuple[tuple[int, int | str], ...]:
    """A key that sorts numbers as numbers."""
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in _DIGITS.split(str(path)) if part)


def upward(text: str) -> str:
    """The text without the section that undoes it (dbmate, goose, tern)."""
    found = _DOWN_SECTION.search(text)
    return text[: found.start()] if found else text
