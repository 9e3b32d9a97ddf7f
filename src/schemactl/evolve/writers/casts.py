"""What a change of type does to the values that are there."""

import re
from dataclasses import dataclass

_TEXTS = frozenset({"text", "character varying"})
_WHOLE = {"smallint": 1, "integer": 2, "bigint": 3}
_NUMBERS = {**_WHOLE, "numeric": 4, "real": 5, "double precision": 6}
_MOMENTS = frozenset(
    {"date", "timestamp without time zone", "timestamp with time zone", "time without time zone", "time with time zone"}
)
_KEEPS = "rows that do not fit make it fail; the table is written anew while nobody can use it"


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a column gets from one type to another: `using` with `{}` for the column, None where the server knows."""

    using: str | None = None
    loses: str | None = None
    note: str | None = None


def conversion(before: str, after: str, *, moved: bool = False) -> Conversion:
    """The way from one type to the other, as far as names tell; `moved` for a type that is itself made anew."""
    if moved:
        return Conversion(f"{{}}::text::{after}", note=f"through its text; {_KEEPS}")
    old, old_size = _split(before)
    new, new_size = _split(after)
    if old == new:
        shrinks = new_size is not None and (old_size is None or _narrower(old_size, new_size))
        if not shrinks:
            return Conversion()
        if old == "numeric" and (old_size is None or _scale(new_size) < _scale(old_size)):
            return Conversion(loses=f"digits are rounded off on the way to {after}")
        return Conversion(note=_KEEPS)
    if new in _TEXTS and not after.endswith("[]"):
        return Conversion(note=None if old in _TEXTS and new_size is None else _KEEPS)
    if old in _NUMBERS and new in _NUMBERS:
        if _NUMBERS[new] > _NUMBERS[old]:
            return Conversion(note="the table is written anew while nobody can use it")
        if old in _WHOLE:
            return Conversion(note=_KEEPS)
        return Conversion(loses=f"digits are rounded off on the way to {after}")
    if old in _MOMENTS and new in _MOMENTS:
        if new == "date" or new.startswith("time w"):
            return Conversion(f"{{}}::{after}", loses=f"a part of each moment is cut off on the way to {after}")
        return Conversion(note="the table is written anew while nobody can use it, and the time zone matters")
    if old in _TEXTS or {old, new} == {"json", "jsonb"}:
        return Conversion(f"{{}}::{after}", note=_KEEPS)
    return Conversion(f"{{}}::text::{after}", note=f"through its text; {_KEEPS}")


def is_one_value(expression: str) -> bool:
    """Whether a default is the same for every row of a statement, so that ADD COLUMN need not write rows."""
    from schemactl.sql.parse import parse
    from schemactl.sql.volatility import unsteady_calls

    (statement,) = parse(f"select {expression}").statements
    return next(unsteady_calls(statement.node), None) is None


def _split(name: str) -> tuple[str, tuple[int, ...] | None]:
    """A type's name and its modifier: `numeric(10,2)` is `numeric` and (10, 2)."""
    match = re.search(r"\(([\d, ]+)\)", name)
    if match is None:
        return name, None
    return name.replace(match.group(), ""), tuple(int(number) for number in match.group(1).split(","))


def _narrower(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    return any(after < before for before, after in zip(old, new, strict=False)) or len(new) < len(old)


def _scale(size: tuple[int, ...] | None) -> int:
    return size[1] if size and len(size) > 1 else 0
