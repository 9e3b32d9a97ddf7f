"""Cells in words."""

from collections.abc import Iterable, Mapping, Sequence

from schemactl.rls.model import MATE, ORPHAN, OTHER, OWN, ROW, Operation, Policies
from schemactl.rls.probes import WHOLE, Cell, Form, Verdict

_WHOSE = {
    OWN: "their own rows",
    MATE: "their team mates' rows",
    OTHER: "others' rows",
    ORPHAN: "rows that belong to nobody",
    ROW: "rows",
    WHOLE: "the whole table",
    "call": "it",
}
_VERBS = {Operation.GIVE: "give away", Operation.TAKE: "take over"}
_MANY = 6


def whose(label: str) -> str:
    """`others' rows`."""
    return _WHOSE.get(label, f"{label} rows")


def deeds(policies: Policies, cells: Sequence[Cell]) -> str:
    """`anon select others' rows; user update their own rows (storage_path, share_token)`."""
    phrases: dict[str, list[str]] = {}
    for (verb, label), group in _grouped(cells).items():
        columns = sorted({cell.case.column for cell in group if cell.case.column and _about_columns(cell)})
        what = f"{verb} {whose(label)}" + (f" ({_list(columns)})" if columns else "")
        phrases.setdefault(what, []).extend(actors(policies, group))
    by_actors: dict[str, list[str]] = {}
    for what, names in phrases.items():
        by_actors.setdefault(_list(list(dict.fromkeys(names))), []).append(what)
    return "; ".join(f"{who}: {', '.join(whats)}" for who, whats in by_actors.items())


def _grouped(cells: Iterable[Cell]) -> dict[tuple[str, str], list[Cell]]:
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in sorted(cells, key=lambda one: (list(Operation).index(one.case.operation), one.case.label)):
        groups.setdefault((_verb(cell), cell.case.label), []).append(cell)
    return groups


def _verb(cell: Cell) -> str:
    if cell.probe.form is Form.CALL:
        return "call"
    if cell.probe.form is Form.CALL_KEYS:
        return "read, by a call with their keys,"
    if cell.probe.form is Form.FOR_UPDATE:
        return "lock (select for update)"
    if cell.probe.form is Form.SECRET:
        return "list secrets of"
    if cell.probe.form is Form.PARENT:
        return "insert, below a parent that they may not read,"
    return _VERBS.get(cell.case.operation, cell.case.operation.value)


def _about_columns(cell: Cell) -> bool:
    return cell.case.operation in (Operation.UPDATE, Operation.INSERT) and cell.probe.form is not Form.UPSERT


def actors(policies: Policies, cells: Iterable[Cell]) -> list[str]:
    """Who: an actor stands for those like it, and for its role in a broken session."""
    sound = {cell.probe.session.actor.name for cell in cells if not cell.probe.session.state}
    named = [name for name in policies.actors if name in sound]
    kept = [name for name in named if policies.actors[name].like not in sound]
    return kept or list(dict.fromkeys(cell.probe.session.name for cell in cells))


def states(cells: Sequence[Cell]) -> str:
    """What the statements failed with, once each; empty where one of them succeeded and so shows more."""
    if any(cell.verdict is Verdict.ALLOW and cell.probe.form is not Form.FOR_UPDATE for cell in cells):
        return ""
    found: Mapping[str, str] = {
        cell.state: cell.message for cell in cells if cell.state and cell.verdict is Verdict.ERROR
    }
    return "; ".join(f"{state}: {message}" for state, message in found.items())


def _list(words: Sequence[str]) -> str:
    if len(words) > _MANY:
        return f"{', '.join(words[:_MANY])} and {len(words) - _MANY} more"
    return ", ".join(words)
