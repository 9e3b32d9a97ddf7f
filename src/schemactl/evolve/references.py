"""Which objects the text of a definition names. The catalogs qualify every name that is not PostgreSQL's own."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_PAIR = re.compile(rf"({NAME})\.({NAME})")
_OPERATOR = re.compile(rf"OPERATOR\(({NAME})\.([^\s)]+)\)")
_WORD = re.compile(NAME)
_FIELD = re.compile(rf"\)\.({NAME})")


@lru_cache(maxsize=16384)
def pairs(text: str) -> frozenset[tuple[str, str]]:
    """Every `schema.name` in the text, unquoted; qualified operators too. Some may be other things: `alias.column`."""
    found = {(unquoted(schema), unquoted(name)) for schema, name in _PAIR.findall(text)}
    found.update((unquoted(schema), name) for schema, name in _OPERATOR.findall(text))
    return frozenset(found)


@lru_cache(maxsize=16384)
def words(text: str) -> frozenset[str]:
    """Every name in the text, unquoted."""
    return frozenset(map(unquoted, _WORD.findall(text)))


@lru_cache(maxsize=16384)
def fields(text: str) -> frozenset[str]:
    """The fields that are taken out of values: `x` of `(f(1)).x`."""
    return frozenset(map(unquoted, _FIELD.findall(text)))


def qualified(text: str) -> tuple[str, ...]:
    """The parts of one qualified name: `public."T".c`."""
    return tuple(map(unquoted, _WORD.findall(text)))


def unquoted(name: str) -> str:
    """The name as the server keeps it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def texts(values: Iterable[object]) -> Iterator[str]:
    """The strings among values and lists of values."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from texts(value)
