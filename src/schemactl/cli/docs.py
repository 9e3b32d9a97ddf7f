"""The pages of docs/ that are written from code: `python -m schemactl.cli.docs [FOLDER]`."""

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import typer

from schemactl.cli.described import CATALOGUES, attribute_docs, default_words, docstring, modules
from schemactl.core import config, errors
from schemactl.core.exit_codes import ExitCode

NOTICE = "<!-- Written by `make docs` from the code; edits here are lost. -->\n"
WIDTH = 100

CONFIGURATION = """# Configuration

`schemactl.toml`, or `[tool.schemactl]` in `pyproject.toml`. The command line beats the environment, which beats the
file. A key of the first table is also read from the environment: `SCHEMACTL_` and its name in capitals. An unknown key
is an error that names the nearest known one.
"""


def pages() -> dict[str, str]:
    """Every generated page: path below docs/ to text."""
    written = {
        "exit-codes.md": exit_codes(),
        "errors.md": error_tree(),
        "configuration.md": configuration(),
        "cli.md": command_line(),
    }
    for folder, (package, title, about) in CATALOGUES.items():
        written |= catalogue(folder, package, title, about)
    return {path: NOTICE + text for path, text in written.items()}


def write(folder: Path) -> None:
    """Write every page below `folder`, and remove generated pages that no module stands behind any more."""
    texts = pages()
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for stale in set(generated(folder)) - set(texts):
        (folder / stale).unlink()


def generated(folder: Path) -> list[str]:
    """The pages below `folder` that carry the notice."""
    found = (path for path in folder.rglob("*.md") if path.read_text(encoding="utf-8").startswith(NOTICE))
    return sorted(path.relative_to(folder).as_posix() for path in found)


def exit_codes() -> str:
    """The table of exit codes."""
    rows = [(f"{int(code)}", code.meaning) for code in ExitCode]
    return "# Exit codes\n\nEvery command ends with one of these.\n\n" + _table(("code", "meaning"), rows)


def error_tree() -> str:
    """Every error class with its exit code."""
    rows = [(f"`{kind.__name__}`", str(int(kind.exit_code)), _summary(kind)) for kind in _subclasses(errors)]
    text = "Each says what happened, where, and what to do. With `--format json` it is a document of its own.\n\n"
    return "# Errors\n\n" + text + _table(("error", "exit code", "when"), rows)


def configuration() -> str:
    """Every key of schemactl.toml."""
    return "\n".join([CONFIGURATION, *_config_tables(config.Config, "")])


def command_line() -> str:
    """The help of each command, as the terminal shows it."""
    from schemactl.cli.app import app

    root = typer.main.get_command(app)
    parts = ["# Command line\n"]
    for name, text in _helps(root, "schemactl"):
        parts.append(f"## {name}\n\n```text\n{text.rstrip()}\n```\n")
    return "\n".join(parts)


def catalogue(folder: str, package: str, title: str, about: str) -> dict[str, str]:
    """An index and a page for each module below `package`; nothing while there is no such package."""
    entries = {name: docstring(path) for name, path in modules(package).items()}
    if not entries:
        return {}
    rows = [(f"[{name}]({name}.md)", text.partition("\n")[0]) for name, text in sorted(entries.items())]
    written = {f"{folder}/{name}.md": f"# {name}\n\n{text}\n" for name, text in entries.items()}
    return written | {f"{folder}/README.md": f"# {title}\n\n{about}\n\n" + _table(("name", "in short"), rows)}


def _helps(command: Any, name: str, parent: typer.Context | None = None) -> Iterator[tuple[str, str]]:
    settings = command.context_settings | {"terminal_width": WIDTH}
    context = typer.Context(command, info_name=name, parent=parent, **settings)
    yield context.command_path, command.get_help(context)
    for below in command.list_commands(context) if hasattr(command, "list_commands") else ():
        yield from _helps(command.get_command(context, below), below, context)


def _subclasses(module: ModuleType) -> list[type[errors.SchemactlError]]:
    kinds = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if issubclass(kind, errors.SchemactlError)]
    return sorted(kinds, key=lambda kind: (int(kind.exit_code), kind.__name__))


def _config_tables(kind: type, prefix: str) -> Iterator[str]:
    hints = get_type_hints(kind)
    described = attribute_docs(kind)
    keys = [item for item in fields(kind) if item.metadata.get("key", True)]
    plain = [item for item in keys if _table_of(hints[item.name]) is None]
    defaults = kind()
    rows = [
        (
            f"`{item.name}`",
            _type_words(hints[item.name]),
            default_words(getattr(defaults, item.name)),
            described.get(item.name, ""),
        )
        for item in plain
    ]
    heading = f"## [{prefix.rstrip('.')}]\n\n{_summary(kind).partition('. ')[2]}" if prefix else "## The first table\n"
    yield f"{heading.rstrip()}\n\n{_table(('key', 'value', 'default', 'what it does'), rows)}"
    for item in keys:
        table = _table_of(hints[item.name])
        if table:
            inner = "" if is_dataclass(hints[item.name]) else "<name>."
            yield from _config_tables(table, f"{prefix}{item.name}.{inner}")


def _table_of(hint: Any) -> type | None:
    """The class behind a key that is a table of known keys, or a table of such tables."""
    kind = get_args(hint)[1] if get_origin(hint) is Mapping else hint
    return kind if is_dataclass(kind) else None  # type: ignore[return-value]


def _type_words(kind: Any) -> str:
    names = {str: "string", int: "whole number", bool: "true or false", float: "number"}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(f"`{member}`" for member in kind)
    if get_origin(kind) is UnionType:
        return _type_words(next(part for part in get_args(kind) if part is not type(None)))
    if get_origin(kind) is tuple:
        return f"list of {_type_words(get_args(kind)[0])}"
    if isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
        return f"table of names to {_type_words(get_args(kind)[1])}"
    return names.get(kind, str(kind))


def _summary(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
