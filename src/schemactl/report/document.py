"""JSON text that every reader takes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def dump(value: Any) -> str:
    """`value` as indented JSON in ASCII, so that the reader's locale has no say.

    Strict readers refuse lone surrogates, which come from file names that are not UTF-8: they are spelled out.
    """
    return json.dumps(_plain(value), indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return value
