"""Access as observed, as one HTML page that needs nothing else."""

from collections.abc import Iterator, Mapping
from html import escape

from schemactl.core.resources import read_text
from schemactl.rls import grid
from schemactl.rls.model import Actor, Operation
from schemactl.rls.observing import Observation
from schemactl.rls.probes import WHOLE
from schemactl.rls.relations import Path

_OPERATIONS = (Operation.SELECT, Operation.INSERT, Operation.UPDATE, Operation.DELETE)

_NOTHING = '<span class="none">–</span>'

Classes = Mapping[str, frozenset[Operation]]


def page(observation: Observation, summary: str) -> str:
    """A line a table, a column an actor, a letter an operation, in the same place each time."""
    seen = grid.by_actor(grid.allowed(observation.cells))
    policies = observation.scene.policies
    head = "".join(f"<th>{escape(actor.name)}{_role(actor)}</th>" for actor in policies.actors.values())
    rows = []
    for path in policies.tables:
        cells = [_cell(seen.get((path, actor.name), {}), actor) for actor in policies.actors.values()]
        rows.append(f"<tr><th>{_name(path)}{_unseeded(observation, path)}</th>{''.join(cells)}</tr>")
    text = read_text("schemactl.rls", "matrix.html")
    for mark, value in (("summary", escape(summary)), ("head", head), ("rows", "\n".join(rows))):
        text = text.replace(f"<!-- {mark} -->", value)
    return text


def _role(actor: Actor) -> str:
    return f"<small>{escape(actor.role)}</small>" if actor.role != actor.name else ""


def _name(path: Path) -> str:
    schema, name = path
    return escape(name) if schema == "public" else f"<span>{escape(schema)}.</span>{escape(name)}"


def _unseeded(observation: Observation, path: Path) -> str:
    """Why there is no row of some class: what is not there, nobody could be seen to reach."""
    found = [(label, why) for (table, label), why in observation.scene.unseedable.items() if table == path]
    return "".join(f"<p>no row of {escape(label)}: {escape(why)}</p>" for label, why in found)


def _cell(classes: Classes, actor: Actor) -> str:
    """A line a class; emptying the table is no class and stands at the end of the first line."""
    whole = _mark(Operation.TRUNCATE, WHOLE, actor) if classes.get(WHOLE) else ""
    labels = [label for label in sorted(classes, key=grid.order) if classes[label] and label != WHOLE]
    lines = [f"<b>{escape(label)}</b>{''.join(_letters(label, classes[label], actor))}" for label in labels]
    if whole:
        lines[:1] = [f"{lines[0] if lines else '<b></b><i>·</i><i>·</i><i>·</i><i>·</i>'}{whole}"]
    return f"<td>{''.join(f'<div>{line}</div>' for line in lines) or _NOTHING}</td>"


def _letters(label: str, operations: frozenset[Operation], actor: Actor) -> Iterator[str]:
    for operation in _OPERATIONS:
        yield _mark(operation, label, actor) if operation in operations else "<i>·</i>"


def _mark(operation: Operation, label: str, actor: Actor) -> str:
    return f'<i class="{_mood(label, operation, actor)}" title="{operation.value}">{grid.LETTERS[operation]}</i>'


def _mood(label: str, operation: Operation, actor: Actor) -> str:
    """Green: one's own. Yellow: others' rows read. Red: others' rows written. Grey: who is bound by nothing."""
    if actor.bypass:
        return "bypass"
    if label == "own":
        return "own"
    return "read" if operation is Operation.SELECT else "write"
