"""The schemactl.toml to begin with: every key with what it does, those at their default in a comment."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

from schemactl.cli.described import attribute_docs
from schemactl.core.config import Config

HEADING = "# Configuration of schemactl. What stands in a comment is the default; … is none.\n"


def configuration(values: Mapping[str, str]) -> str:
    """The file's text. `values` maps keys, `verify.baseline` for one of a table, to what is to be set."""
    return "\n".join((HEADING, *_table(Config, "", values)))


def _table(kind: type, prefix: str, values: Mapping[str, str]) -> Iterator[str]:
    hints = get_type_hints(kind)
    keys = [item.name for item in fields(kind) if item.metadata.get("key", True)]
    texts, defaults = attribute_docs(kind), kind()
    for name in keys:
        if not is_dataclass(hints[name]):
            line = f"{name} = {_toml(values.get(prefix + name, getattr(defaults, name)))}"
            yield f"# {texts.get(name, '')}\n{line if prefix + name in values else f'# {line}'}\n"
    for name in keys:
        if is_dataclass(hints[name]):
            yield f"[{prefix}{name}]"
            yield from _table(hints[name], f"{prefix}{name}.", values)


def _toml(value: Any) -> str:
    """A default as TOML; JSON is, for strings, numbers, lists and the empty table."""
    if value is None:
        return "…"
    return json.dumps(dict(value) if isinstance(value, Mapping) else value, ensure_ascii=False)
