"""JSON text that every reader takes."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

_WIDE = re.compile(r"[^\x00-\x7f]+")


def dump(value: Any) -> str:
    """`value` as indented JSON in ASCII, so that the reader's locale has no say.

    Strict readers refuse lone surrogates, which come from file names that are not UTF-8: they are spelled out.
    """
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2, default=_mapping).decode()
    except TypeError:  # what is strange in it takes the long way
        return json.dumps(_plain(value), indent=2, allow_nan=False) + "\n"
    return (text if text.isascii() else _WIDE.sub(_escaped, text)) + "\n"


def _mapping(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return value
