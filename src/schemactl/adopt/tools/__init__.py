"""The tools, one module each: pure functions of a tool's files and of what its tables hold."""

from importlib import import_module
from pathlib import Path

from schemactl.adopt.model import Place, Tool
from schemactl.core.errors import UsageError
from schemactl.core.words import did_you_mean

# Those that leave a configuration of their own come first.
NAMES = (
    "supabase", "sqitch", "alembic", "graphile-migrate", "flyway", "dbmate", "goose", "yoyo", "sqlx", "golang-migrate",
)  # fmt: skip


def named(name: str) -> Tool:
    """The tool of that name. Raises UsageError."""
    wanted = name.lower()
    if wanted not in NAMES:
        raise UsageError(f"no tool `{name}` is known", hint=did_you_mean(wanted, NAMES))
    tool: Tool = import_module(f"{__name__}.{wanted.replace('-', '_')}").TOOL
    return tool


def found_in(root: Path) -> list[tuple[Tool, Place]]:
    """Every tool that has left something in a project, and where."""
    return [(tool, place) for tool in map(named, NAMES) if (place := tool.find(root)) is not None]
