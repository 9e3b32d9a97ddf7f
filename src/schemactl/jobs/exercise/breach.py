"""What the exercise finds broken, before it is tied to a place in the migrations."""

from dataclasses import dataclass

from schemactl.core.findings import Severity


@dataclass(frozen=True, slots=True)
class Where:
    """An object by kind (`table`, `column`, `function`, `trigger`) and name; `table` for a column or trigger.

    `described` prefers the statement that describes it in words over the one that makes it.
    """

    kind: str
    name: str
    table: str | None = None
    described: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.table}.{self.name}" if self.table else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold, at an object, with what was seen and the script that shows it."""

    rule: str
    where: Where
    message: str
    hint: str
    repro: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Figure:
    """What a check counted, in few words."""

    text: str


@dataclass(frozen=True, slots=True)
class NotTried:
    """What a check could not try, and why."""

    what: str
    reason: str
