"""One value of any type, as the text that the server reads, within a wish."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from schemactl.rows.evaluate import number
from schemactl.rows.scalars import DRAWERS, lengths
from schemactl.rows.texts import text
from schemactl.rows.types import Type
from schemactl.rows.wishes import Conflict, Draw, Step, Wish

_TEXTS = frozenset({"text", "character varying", "character", "name", "citext", "bpchar"})
_FEW = 40


class NoValue(Exception):
    """No value of a type is known; it comes from an extension."""


def value(type_: Type, wish: Wish, draw: Draw) -> str:
    """A value of `type_`, as text. Raises Conflict when the wish cannot be met, NoValue for an unknown type."""
    if wish.among is not None and type_.kind in {"scalar", "enum"} and type_.name != "boolean":
        return _listed(type_, wish, draw)
    match type_.kind:
        case "enum":
            labels = tuple(label for label in type_.labels if label not in wish.apart)
            if not labels:
                raise Conflict
            return draw.choose(labels)
        case "array":
            return _array(type_, wish, draw)
        case "range":
            return _range(type_, wish, draw)
        case "multirange":
            return "{" + value(type_.of, wish, draw) + "}"
        case "composite":
            items = (value(of, Wish(), replace(draw, label=name, used=Counter())) for name, of in type_.fields)
            return "(" + ",".join(_quoted(item) for item in items) + ")"
    if type_.name in _TEXTS:
        return text(type_, wish, draw)
    if type_.name in {"json", "jsonb"}:
        return json.dumps(_document(wish, draw))
    if type_.name not in DRAWERS:
        raise NoValue(type_.text)
    return _apart(type_, wish, draw)


def known(type_: Type) -> bool:
    """Whether values of a type are known."""
    return type_.kind != "scalar" or type_.name in _TEXTS or type_.name in {"json", "jsonb"} or type_.name in DRAWERS


def _apart(type_: Type, wish: Wish, draw: Draw) -> str:
    for _ in range(_FEW):
        found = DRAWERS[type_.name](type_, wish, draw)
        if found not in wish.apart:
            return found
        draw.number += 1
    raise Conflict


def _listed(type_: Type, wish: Wish, draw: Draw) -> str:
    allowed = tuple(item for item in wish.among or () if wish.admits(item))
    if type_.kind == "enum":
        allowed = tuple(item for item in allowed if item in type_.labels)
    elif type_.name in _TEXTS and type_.size:
        allowed = tuple(item for item in allowed if len(item) <= (type_.size or 0))
    if not allowed:
        raise Conflict
    return draw.choose(allowed)


def _array(type_: Type, wish: Wish, draw: Draw) -> str:
    if wish.among is not None:
        return draw.choose(wish.among)
    if not wish.steps and draw.eager and draw.used and not draw.used["{}"]:
        return "{}"
    held = wish.steps.get(("contains", ()), Wish())
    inner = wish.steps.get(("element", ()), Wish())
    least, most = lengths(wish, 1 if inner.present or draw.random.random() < 0.8 else 0, 3, step="count")
    items = list(held.hints)
    size = max(draw.random.randint(least, most), len(items))
    one = replace(draw, used=Counter())
    while len(items) < size:
        one.number += 1
        items.append(value(type_.of, inner, one))
    return "{" + ",".join(_quoted(item) for item in items) + "}"


def _range(type_: Type, wish: Wish, draw: Draw) -> str:
    """Ranges that follow each other where they must be distinct, else any with a beginning and an end."""
    if wish.among is not None:
        return draw.choose(wish.among)
    low = wish.steps.get(("lower", ()), Wish())
    high = wish.steps.get(("upper", ()), Wish())
    number_ = draw.number if draw.distinct else draw.random.randint(0, 50)
    first = replace(draw, distinct=True, number=2 * number_, used=Counter())
    begin = value(type_.of, low, first)
    end = value(type_.of, high, replace(first, number=2 * number_ + 1))
    if number(begin) is not None and number(end) is not None and float(begin) > float(end):
        raise Conflict
    return f'["{begin}","{end}")'


def _quoted(item: str) -> str:
    return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _document(wish: Wish, draw: Draw) -> Any:
    """A JSON document of the wished kind, with the keys that are asked for."""
    if wish.among is not None:
        return json.loads(draw.choose(wish.among))
    kind = _kind(wish)
    keys = {step[1][0]: part for step, part in wish.steps.items() if step[0] in {"->", "->>", "?"} and step[1]}
    if kind == "array":
        least, most = lengths(wish, 0, 3, step="jsonb_array_length")
        return [_leaf(Wish(), draw) for _ in range(draw.random.randint(least, most))]
    if kind in {"string", "number", "boolean"}:
        return {"string": f"text{draw.number}", "number": draw.number, "boolean": True}[kind]
    document = {key: _leaf(part, draw) for key, part in keys.items() if part.present is not False}
    return document or {"n": draw.number if draw.distinct else draw.random.randint(0, 9)}


def _kind(wish: Wish) -> str:
    for name in ("jsonb_typeof", "json_typeof"):
        part = wish.steps.get((name, ()))
        if part is not None and part.among:
            return part.among[0]
    counts: Step = ("jsonb_array_length", ())
    return "array" if counts in wish.steps else "object"


def _leaf(wish: Wish, draw: Draw) -> Any:
    if wish.steps:
        return _document(wish, draw)
    if wish.among:
        return draw.choose(wish.among)
    if wish.low or wish.high:
        return int(DRAWERS["integer"](Type("integer", "integer"), wish, replace(draw, used=Counter())))
    return text(Type("text", "text"), wish, replace(draw, used=Counter())) if wish.patterns else f"v{draw.number}"
