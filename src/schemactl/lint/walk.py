"""Finding files, with nothing imported but os: the answer from the last run begins with it."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def sql_files(root: str, depth: int) -> Iterator[str]:
    """The `.sql` files at most `depth` folders below `root`; what is hidden is left out."""
    return files(root, depth, ".sql")


def files(root: str, depth: int, ending: str) -> Iterator[str]:
    """The files with this ending at most `depth` folders below `root`; what is hidden, or bytecode, is left out."""
    try:
        with os.scandir(root) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth > 0:
                yield from files(entry.path, depth - 1, ending)
        elif entry.name.endswith(ending):
            yield entry.path


DEEPEST = 64


def roots(paths: list[str]) -> list[tuple[str, int]]:
    """Where a run looks for files: (folder, how deep)."""
    found = []
    for path in paths:
        if os.path.isdir(path):
            found.append((path, DEEPEST))
        elif os.path.basename(path) in ONE_A_FOLDER:
            found.append((os.path.dirname(os.path.dirname(path)) or ".", 1))
        else:
            found.append((os.path.dirname(path) or ".", 0))
    return found


# Runners that keep each migration in a folder of its own give all files one name.
ONE_A_FOLDER = frozenset({"up.sql", "migration.sql"})
