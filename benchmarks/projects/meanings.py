"""Which findings of different linters speak of the same defect."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.lint_accuracy import PGFENCE, SAME_NAME, SQUAWK
from benchmarks.projects.tools import Said
from schemactl.lint.index import INDEX

# Matters of taste and habit, which a project may want or not.
TASTE = {
    "schemactl": frozenset[str](),
    "squawk": frozenset(
        {
            "prefer-bigint-over-int",
            "prefer-bigint-over-smallint",
            "prefer-identity",
            "prefer-text-field",
            "prefer-timestamp-tz",
            "ban-char-field",
            "require-statement-timeout",
            "require-enum-value-ordering",
        }
    ),
    "pgfence": frozenset({"missing-application-name", "missing-idle-timeout", "missing-statement-timeout"}),
}
# Beside what lint_accuracy asks the others for: theirs on the right speak of what ours on the left do.
_ALSO = {
    "squawk": {
        "adding-foreign-key-constraint": ("constraint-missing-not-valid",),
        "adding-required-field": ("adding-required-field",),
        "ban-drop-cascade": ("ban-drop-type", "ban-drop-function", "ban-drop-table", "ban-drop-view"),
        "ban-drop-default": ("ban-alter-identity",),
    },
    "pgfence": {
        "unbatched-update": ("update-in-migration", "delete-without-where"),
        "backfill-in-ddl-transaction": ("update-in-migration", "delete-without-where"),
        "locks-several-tables": ("statement-after-access-exclusive",),
        "adding-primary-key-constraint": ("statement-after-access-exclusive",),
        "changing-column-type": ("statement-after-access-exclusive",),
        "require-concurrent-index-creation": ("statement-after-access-exclusive",),
        "ban-drop-default": (),
    },
}
# Said once a file, wherever in it.
_OF_FILES = frozenset({"require-lock-timeout", "lock-timeout-too-late", "lock-timeout-not-in-force"})


def meanings(tool: str, rule: str) -> frozenset[str]:
    """The rules of ours that mean the same, or the rule itself."""
    if tool == "schemactl":
        return frozenset({rule})
    names = SQUAWK if tool == "squawk" else PGFENCE
    found = {rule}
    for entry in INDEX:
        theirs = next((value for ours, value in names.items() if entry.name.startswith(ours)), ())
        if tool == "squawk" and entry.name in SAME_NAME:
            theirs = (*theirs, entry.name)
        if rule in (*theirs, *_ALSO[tool].get(entry.name, ())):
            found.add(entry.name)
    return frozenset(found)


@dataclass(slots=True)
class Defect:
    """Something wrong at a statement (0: in a file), and whose sample showed it."""

    place: tuple[str, str, int]
    meaning: frozenset[str]
    shown_by: set[str] = field(default_factory=set)


def place_of(said: Said) -> tuple[str, str, int]:
    """Where a finding counts: at its statement, or in its file."""
    whole = said.line == 0 or meanings(said.tool, said.rule) & _OF_FILES
    return (said.repository, said.path, 0 if whole else said.statement)


class Voices:
    """All that the tools say, to look up who speaks of a defect."""

    def __init__(self, said: Iterable[Said]) -> None:
        self._at: dict[tuple[str, str, int], dict[str, set[str]]] = {}
        for item in said:
            place = place_of(item)
            for at in {place, (*place[:2], 0)}:
                self._at.setdefault(at, {}).setdefault(item.tool, set()).update(meanings(item.tool, item.rule))

    def speaks(self, tool: str, defect: Defect) -> bool:
        """Whether the tool says it, there or, where it speaks of whole files, of the file."""
        here = self._at.get(defect.place, {}).get(tool, set())
        return bool(here & defect.meaning)


def defects(right: Iterable[Said]) -> list[Defect]:
    """The right findings with those that mean the same at one place put together."""
    found: dict[tuple[str, str, int], list[Defect]] = {}
    for item in right:
        meaning, place = meanings(item.tool, item.rule), place_of(item)
        known = found.setdefault(place, [])
        defect = next((one for one in known if one.meaning & meaning), None)
        if defect is None:
            known.append(defect := Defect(place, meaning))
        defect.meaning |= meaning
        defect.shown_by.add(item.tool)
    return [defect for each in found.values() for defect in each]
