"""SQL files that ship inside the package."""

from functools import cache


@cache
def read_text(package: str, name: str) -> str:
    """The text of `name`, a path relative to `package`: `read_text("schemactl.apply", "queries/lock.sql")`."""
    from importlib.resources import files

    return files(package).joinpath(name).read_text(encoding="utf-8")
