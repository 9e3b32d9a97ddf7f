"""Finding SQL files, with nothing imported but os: the answer from the last run begins with it."""

import os
from collections.abc import Iterator


def sql_files(root: str, depth: int) -> Iterator[str]:
    """The `.sql` files at most `depth` folders below `root`; what is hidden is left out."""
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth > 0:
                yield from sql_files(entry.path, depth - 1)
        elif entry.name.endswith(".sql"):
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
