"""What a value must be so that conditions hold, gathered from comparisons with constants."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from schemactl.rows.evaluate import compare, is_true

Step = tuple[str, tuple[str, ...]]
"""A function applied to a value, with its constant arguments: `("length", ())`, `("->>", ("kind",))`."""


class Conflict(Exception):
    """No value can be all that is wished; another way to satisfy the conditions may do."""


@dataclass(slots=True)
class Bound:
    """An end of a range of values."""

    text: str
    inclusive: bool


@dataclass(slots=True)
class Wish:
    """`among` are the only values allowed, `apart` those that are not; `low` and `high` bound the rest.

    `patterns` holds operator (`~`, `~*`, `~~`, `~~*`, `^@`), pattern, and whether it must match. `steps` are wishes
    about what functions make of the value; `present`, that they make something that is not NULL.
    """

    among: tuple[str, ...] | None = None
    apart: set[str] = field(default_factory=set)
    low: Bound | None = None
    high: Bound | None = None
    patterns: list[tuple[str, str, bool]] = field(default_factory=list)
    steps: dict[Step, "Wish"] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    present: bool | None = None

    def step(self, *path: Step) -> "Wish":
        """The wish about what the functions in `path`, one after the other, make of the value."""
        wish = self
        for step in path:
            wish = wish.steps.setdefault(step, Wish())
        return wish

    def apply(self, name: str, text: str, wanted: bool) -> None:
        """Add that the comparison `name` with `text` is true, or is not. Raises Conflict."""
        match name:
            case "=" if wanted:
                self.restrict((text,))
            case "=":
                self.apart.add(text)
                self.restrict(self.among)
            case "<" | "<=" | ">" | ">=":
                self._bound(name, text, wanted)
            case "~" | "~*" | "~~" | "~~*" | "^@":
                self.patterns.append((name, text, wanted))

    def restrict(self, values: tuple[str, ...] | None) -> None:
        """Allow only `values`, less what was excluded before. Raises Conflict when nothing is left."""
        if values is None:
            return
        kept = values if self.among is None else tuple(v for v in values if any(compare("=", v, o) for o in self.among))
        kept = tuple(v for v in kept if not any(compare("=", v, other) for other in self.apart))
        if not kept:
            raise Conflict
        self.among = kept

    def admits(self, text: str) -> bool:
        """Whether `text` is in the bounds and lists; patterns and steps are left to the server."""
        if self.among is not None and not any(compare("=", text, item) for item in self.among):
            return False
        if any(compare("=", text, item) for item in self.apart):
            return False
        if self.low and not compare(">=" if self.low.inclusive else ">", text, self.low.text):
            return False
        return not (self.high and not compare("<=" if self.high.inclusive else "<", text, self.high.text))

    def _bound(self, name: str, text: str, wanted: bool) -> None:
        if not wanted:
            name = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[name]
        bound = Bound(text, name.endswith("="))
        if name[0] == ">":
            if self.low is None or _tighter(">", bound, self.low):
                self.low = bound
        elif self.high is None or _tighter("<", bound, self.high):
            self.high = bound


@dataclass(slots=True)
class Draw:
    """What a draw of a value goes by, besides its type and wish.

    `number` grows with every draw for a table; `distinct` asks for values that follow it, so that none comes twice;
    `used` counts the values that rows have already, so that each gets its turn; `label` is the column's name; `theme`,
    a form with a place for a number, is what texts look like that nothing else decides; `eagerness`, 0 to 1, is how
    often what no row has yet comes first: always would be a trap where no row can have it.
    """

    random: Random
    number: int = 0
    distinct: bool = False
    used: Counter[str] = field(default_factory=Counter)
    label: str = ""
    theme: str | None = None
    eagerness: float = 1.0

    @property
    def eager(self) -> bool:
        """Whether what no row has yet comes first this time."""
        return self.random.random() < self.eagerness

    def choose(self, values: tuple[str, ...]) -> str:
        """One of the values, the least used where that comes first this time."""
        if not self.eager:
            return self.random.choice(values)
        least = min(self.used[value] for value in values)
        return self.random.choice([value for value in values if self.used[value] == least])


def boolean(text: str) -> str:
    """A boolean's text in one spelling."""
    return "true" if is_true(text) else "false"


def _tighter(name: str, new: Bound, old: Bound) -> bool:
    return compare(name, new.text, old.text) or (new.text == old.text and not new.inclusive)
