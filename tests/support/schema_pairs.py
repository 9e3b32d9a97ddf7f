"""Pairs of schemas for round trips, made of the places in tests/cases/evolve/places.yaml.

The columns that both schemas of a pair have stand in the same order, as in a history: what is new stands behind what
was there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

ROLES = ("roundtrip_reader", "roundtrip_writer")
CASES = Path(__file__).parents[1] / "cases" / "evolve" / "places.yaml"


@dataclass(frozen=True)
class Place:
    """`variants` are the texts that may stand here, in the order of the places; `needs` must be filled too.

    A table has `fixed` columns, and some of `columns`: name → what may stand behind it.
    """

    name: str
    variants: tuple[str, ...]
    needs: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    column_needs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """The variant in one place; `columns` are those of a table, and the variant of each."""

    variant: int
    columns: Mapping[str, int] = field(default_factory=dict)


Choice = Mapping[str, Chosen]


@cache
def places() -> tuple[Place, ...]:
    """Every place, in order."""
    return tuple(_place(entry) for entry in yaml.safe_load(CASES.read_text(encoding="utf-8")))


def _place(entry: Mapping[str, Any]) -> Place:
    return Place(
        name=entry.get("place") or entry["table"],
        variants=tuple(entry.get("variants") or entry["tails"]),
        needs=tuple(entry.get("needs", ())),
        fixed=tuple(entry.get("fixed", ())),
        columns={name: tuple(texts) for name, texts in entry.get("columns", {}).items()},
        column_needs=entry.get("column_needs", {}),
    )


@st.composite
def choices(draw: st.DrawFn, like: Choice | None = None) -> Choice:
    """What stands in each place; where `like` is given, half of the places are as there."""
    found: dict[str, Chosen] = {}
    for place in places():
        if like is not None and draw(st.booleans()):
            found |= {name: chosen for name, chosen in like.items() if name == place.name}
            continue
        variant = draw(st.integers(-1, len(place.variants) - 1))
        if place.fixed or variant >= 0:
            columns = {name: draw(st.integers(-len(texts), len(texts) - 1)) for name, texts in place.columns.items()}
            found[place.name] = Chosen(
                max(variant, 0), {name: number for name, number in columns.items() if number >= 0}
            )
    return found


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two schemas as SQL, of which the second has its own share of the first."""
    before = draw(choices())
    after = draw(choices(before))
    return text(before, {}), text(after, before)


def text(choice: Choice, like: Choice) -> str:
    """The SQL of one schema; columns that it shares with `like` stand first."""
    there, before = _filled(choice), _filled(like)
    statements = []
    for place in places():
        if place.name not in there:
            continue
        chosen = choice[place.name]
        variant = place.variants[chosen.variant]
        if place.fixed:
            was = _columns(place, like[place.name], before) if place.name in before else []
            names = sorted(_columns(place, chosen, there), key=lambda name: name not in was)
            lines = [*place.fixed, *(f'"{name}" {place.columns[name][chosen.columns[name]]}' for name in names)]
            variant = f"create table {place.name} ({', '.join(lines)}){variant}"
        statements.append(variant)
    return ";\n".join(statements)


def _filled(choice: Choice) -> set[str]:
    """The places that are not empty."""
    there: set[str] = set()
    for place in places():
        if place.name in choice and set(place.needs) <= there:
            there.add(place.name)
    return there


def _columns(place: Place, chosen: Chosen, there: set[str]) -> list[str]:
    """The columns of a table whose needs are filled."""
    return [
        name
        for name in place.columns
        if name in chosen.columns
        and all(
            needed in there
            for word, needed in place.column_needs.items()
            if word in place.columns[name][chosen.columns[name]]
        )
    ]
