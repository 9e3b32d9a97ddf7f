"""The repository as its own tests see it."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "schemactl"


@cache
def files() -> tuple[Path, ...]:
    """Files that are, or are about to be, in version control."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def modules() -> tuple[Path, ...]:
    """The Python files of the package."""
    return tuple(path for path in files() if path.suffix == ".py" and path.is_relative_to(SOURCE))


def name(path: Path) -> str:
    """A path as a person would say it."""
    return path.relative_to(ROOT).as_posix()
