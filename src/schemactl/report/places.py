"""File names as other programs expect them."""

from pathlib import Path
from urllib.parse import quote


def relative(file: str) -> str:
    """`file` from the working directory with forward slashes; outside of it, as it is."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def uri(file: str) -> str:
    """`file` as a URI reference: relative to the working directory, or absolute with the scheme `file`."""
    path = relative(file)
    quoted = quote(path, safe="/", errors="backslashreplace")
    return f"file://{quoted}" if path.startswith("/") else quoted
