"""What Alembic's revision scripts say of themselves, read and not run."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from schemactl.adopt.literals import constants, names
from schemactl.adopt.reading import glance


@dataclass(frozen=True, slots=True)
class Revision:
    """One script: its identifier, the first line of its docstring, and what else must come before it."""

    name: str
    message: str
    depends_on: tuple[str, ...]
    file: Path


def revisions(folder: Path) -> Mapping[str, Revision]:
    """The scripts of a folder, by identifier; what is no script is left out."""
    found = {}
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else ():
        one = _revision(path)
        if one is not None:
            found[one.name] = one
    return found


def _revision(path: Path) -> Revision | None:
    try:
        tree = ast.parse(glance(path))
    except (SyntaxError, ValueError):
        return None
    values = constants(tree)
    name = values.get("revision")
    if not isinstance(name, str):
        return None
    message = (ast.get_docstring(tree) or name).splitlines()[0]
    return Revision(name, message, names(values.get("depends_on")), path)
