"""Access as a grid: a table a line, an actor a column, a letter an operation."""

from collections.abc import Iterable, Mapping

from schemactl.core.results import Cell as ReportCell
from schemactl.core.results import Json, Mood, Table
from schemactl.rls.model import CLASSES, Actor, Operation
from schemactl.rls.observing import Observation
from schemactl.rls.probes import WHOLE, Cell, Form, Verdict
from schemactl.rls.relations import Path

LETTERS = {
    Operation.SELECT: "r",
    Operation.INSERT: "i",
    Operation.UPDATE: "u",
    Operation.DELETE: "d",
    Operation.TRUNCATE: "t",
}
_DONE = (Verdict.ALLOW, Verdict.ERROR)
_ASIDE = (Form.COUNT, Form.FOR_UPDATE, Form.SECRET, Form.PARENT, Form.CALL, Form.CALL_KEYS)

Allowed = Mapping[tuple[Path, str, str], frozenset[Operation]]
"""Table, actor and class to the operations that came through in any form."""


def allowed(cells: Iterable[Cell]) -> Allowed:
    """What came through, in whichever form."""
    found: dict[tuple[Path, str, str], set[Operation]] = {}
    for cell in cells:
        if cell.probe.form in _ASIDE or cell.probe.session.state:
            continue
        seen = found.setdefault((cell.probe.table, cell.probe.session.actor.name, cell.case.label), set())
        if cell.verdict in _DONE and cell.case.operation in LETTERS:
            seen.add(cell.case.operation)
    return {key: frozenset(operations) for key, operations in found.items()}


def table(title: str, observation: Observation, *, judged: bool = True) -> Table:
    """The grid for a report: red what should not be so or, where nothing is `judged`, that others' rows are written."""
    seen = by_actor(allowed(observation.cells))
    policies = observation.scene.policies
    bad = {(cell.probe.table, cell.probe.session.actor.name) for cell in observation.cells if not cell.passed}
    rows = []
    for path in policies.tables:
        cells = [ReportCell(path[1] if path[0] == "public" else ".".join(path))]
        for actor in policies.actors:
            text = _line(seen.get((path, actor), {}))
            told = Mood.BAD if (path, actor) in bad else Mood.GOOD
            mood = told if judged else _mood(seen.get((path, actor), {}), policies.actors[actor])
            mood = Mood.DIM if text == "–" and mood is not Mood.BAD else mood
            cells.append(ReportCell(text, mood))
        rows.append(tuple(cells))
    legend = "r read, i insert, u update, d delete, t truncate the table"
    return Table(f"{title} ({legend})", ("table", *policies.actors), tuple(rows))


def by_actor(seen: Allowed) -> Mapping[tuple[Path, str], Mapping[str, frozenset[Operation]]]:
    """Table and actor to the classes, and what came through on each."""
    found: dict[tuple[Path, str], dict[str, frozenset[Operation]]] = {}
    for (path, actor, label), operations in seen.items():
        found.setdefault((path, actor), {})[label] = operations
    return found


def order(label: str) -> tuple[int, str]:
    """The classes that everybody knows first."""
    return (CLASSES.index(label) if label in CLASSES else len(CLASSES), label)


def _mood(classes: Mapping[str, frozenset[Operation]], actor: Actor) -> Mood:
    others = {operation for label, operations in classes.items() if label != "own" for operation in operations}
    if actor.bypass or not others:
        return Mood.PLAIN if actor.bypass else Mood.GOOD
    return Mood.WARN if others == {Operation.SELECT} else Mood.BAD


def _line(classes: Mapping[str, frozenset[Operation]]) -> str:
    parts = [(label, letters(classes[label])) for label in sorted(classes, key=order)]
    return "  ".join(text if label == WHOLE else f"{label} {text}" for label, text in parts if text) or "–"


def letters(operations: frozenset[Operation]) -> str:
    """`riud`."""
    return "".join(letter for operation, letter in LETTERS.items() if operation in operations)


def as_json(seen: Allowed) -> Json:
    """The grid as a document."""
    return [
        {
            "table": ".".join(path),
            "actor": actor,
            "class": label,
            "allowed": sorted(operation.value for operation in operations),
        }
        for (path, actor, label), operations in sorted(seen.items())
    ]
