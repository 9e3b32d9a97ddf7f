"""Which tool is meant, and where its files are and ours shall be."""

from dataclasses import dataclass, replace
from pathlib import Path

from schemactl.adopt import record, tools
from schemactl.adopt.model import Counterpart, Place, Tool
from schemactl.core.errors import ConfigError, UsageError


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for; None where nothing was said. `usual` is the configured folder of migrations."""

    root: Path
    usual: Path
    tool: str | None = None
    source: Path | None = None
    into: Path | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The tool, its place and the new folder. `known` is what an earlier adoption wrote down, and `place` None then."""

    tool: Tool
    destination: Path
    tables: tuple[str, ...]
    place: Place | None = None
    known: tuple[Counterpart, ...] = ()


def choose(request: Request) -> Choice:
    """Settle what is left open by looking. Raises UsageError when nothing is found, or more than one tool."""
    folder = request.into or request.usual
    before = record.read(folder) if request.source is None else None
    if before is not None and request.tool in (None, before[0]):
        name, tables, known = before
        return Choice(tools.named(name), folder, _tables(tables, request.table), known=known)
    tool, place = _found(request)
    tables = _tables(place.tables, request.table)
    same = tool.same_layout and request.into is None
    return Choice(tool, place.folder if same else folder, tables, place)


def _found(request: Request) -> tuple[Tool, Place]:
    if request.source is not None and not request.source.exists():
        raise ConfigError(f"no such file or folder: {request.source}")
    if request.tool is None:
        tool, place = _only(request.root)
    else:
        tool = tools.named(request.tool)
        looked = tool.find(request.root)
        if looked is None and request.source is None:
            raise UsageError(f"nothing of {tool.title} here", hint="Name its folder with --from.")
        place = looked or Place(request.source or request.root, tool.tables, "--from")
    return tool, replace(place, folder=request.source) if request.source is not None else place


def _only(root: Path) -> tuple[Tool, Place]:
    found = tools.found_in(root)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            "no other migration tool has left its files here",
            hint=f"Say which one: `schemactl adopt TOOL --from FOLDER`; {', '.join(tools.NAMES)}.",
        )
    several = ", ".join(f"{tool.name} ({place.clue})" for tool, place in found)
    raise UsageError(f"more than one tool has left its files here: {several}", hint="Say which one is meant.")


def _tables(tables: tuple[str, ...], given: str | None) -> tuple[str, ...]:
    return (given, *tables[1:]) if given else tables
