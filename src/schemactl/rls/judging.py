"""What an answer means: a verdict for each of the probe's cases, from what the table held before and holds now."""

from collections.abc import Iterable, Iterator, Mapping

import orjson

from schemactl.rls.calls import told
from schemactl.rls.model import Operation
from schemactl.rls.probes import Answer, Case, Cell, Form, Probe, Verdict
from schemactl.rls.relations import Path

REFUSED = "42501"
_REFERENCED = "0A000"
"""TRUNCATE of a table that others refer to: told after the privilege was found (tablecmds.c, ExecuteTruncate)."""

Rows = Mapping[str, str]
_INSERTS = (Form.INSERT, Form.RETURNING, Form.DO_NOTHING, Form.PARENT)


def judge(probe: Probe, answer: Answer, control: Answer | None, before: Rows) -> Iterator[Cell]:
    """The cells of a probe. `control` is the answer that the owner got, None for reads; `before` the rows as seeded."""
    for case in probe.cases:
        verdict = _verdict(probe, case, answer, control, before)
        yield Cell(probe, case, verdict, answer.state, answer.message)


def _verdict(probe: Probe, case: Case, answer: Answer, control: Answer | None, before: Rows) -> Verdict:
    if answer.state == REFUSED:
        return Verdict.DENY
    if answer.state and answer.state.startswith(("setup", "digest")):
        return Verdict.INVALID
    if probe.form is Form.CALL_KEYS:
        return Verdict.ALLOW if case.row and told(answer.answer, case.row, probe.statement) else Verdict.DENY
    if probe.form is Form.CALL:
        return Verdict.ALLOW  # it ran; what it then objects to in its arguments is its own affair
    if answer.state:
        if probe.form is Form.TRUNCATE and answer.state == _REFERENCED:
            return Verdict.ALLOW
        return Verdict.DENY if probe.session.lenient else Verdict.ERROR
    if probe.form in (Form.SELECT, Form.FOR_UPDATE, Form.SECRET):
        return Verdict.ALLOW if _seen(case, answer) else Verdict.DENY
    if probe.form is Form.COUNT:
        return _counted(probe, case, answer, before)
    done = _changed(probe, case, answer, before)
    if not done and control is not None and not control.state and not _changed(probe, case, control, before):
        return Verdict.INVALID
    return Verdict.ALLOW if done else Verdict.DENY


def _seen(case: Case, answer: Answer) -> bool:
    keys = orjson.loads(answer.answer) if answer.answer else []
    return (case.row.key in keys) if case.row else bool(keys)


def _counted(probe: Probe, case: Case, answer: Answer, before: Rows) -> Verdict:
    """A count names no row: it must not exceed what is allowed; rows that were there before may be anybody's."""
    allowed = sum(one.expected for one in probe.cases)
    unknown = len(before) - len({one.row.key for one in probe.cases if one.row})
    count = int(answer.answer or 0)
    if case.expected:
        return Verdict.ALLOW if count >= allowed else Verdict.DENY
    return Verdict.ALLOW if count > allowed + (unknown if allowed else 0) else Verdict.DENY


def _changed(probe: Probe, case: Case, answer: Answer, before: Rows) -> bool:
    after = answer.after or {}
    if probe.form in _INSERTS and case.row is None:
        return bool(after.keys() - before.keys()) or _replaced(probe, answer)
    if case.row is None:
        return after != before
    return after.get(case.row.key) != before.get(case.row.key)


def _replaced(probe: Probe, answer: Answer) -> bool:
    """The set-up took the row away whose key the new one has: the statement's own count tells."""
    return bool(probe.setup) and (answer.answer not in (None, "0"))


def decided(probe: Probe, answer: Answer, before: Rows) -> bool:
    """Whether the answer to a write needs no comparison with the owner's: refused outright, or everything was done."""
    if answer.state:
        return answer.state == REFUSED
    return all(_changed(probe, case, answer, before) for case in probe.cases)


def let_through(cell: Cell, control: Answer | None) -> bool:
    """Whether an error came behind row security: the owner meets the same one."""
    return cell.verdict is Verdict.ERROR and control is not None and control.state == cell.state


def settled(cells: Iterable[Cell]) -> Iterator[Cell]:
    """The cells, each judged beside those of the same session and table; two kinds say nothing and are left out.

    A column that not even the owner's UPDATE changes, since a trigger writes it, where other columns of the row change.
    What a statement about several rows did not do to one of them, where it failed at rows of another class, which fail
    by themselves: their error is told, and until it is mended nothing is known.
    """
    found = list(cells)
    moving = {_at(cell) for cell in found if _of_column(cell) and cell.verdict is not Verdict.INVALID}
    failing = {
        (_at(cell), cell.case.operation, cell.state)
        for cell in found
        if cell.verdict is Verdict.ERROR and len(cell.probe.cases) == 1
    }
    for cell in found:
        written = _of_column(cell) and cell.verdict is Verdict.INVALID and not cell.state
        if written and _at(cell) in moving:
            continue
        labels = {
            one.label for one in cell.probe.cases if (_at(cell, one.label), cell.case.operation, cell.state) in failing
        }
        if cell.verdict is not Verdict.ERROR or not labels or cell.case.label in labels:
            yield cell


def _of_column(cell: Cell) -> bool:
    return cell.probe.form is Form.UPDATE and cell.case.column is not None


def _at(cell: Cell, label: str | None = None) -> tuple[str, Path, str]:
    return cell.probe.session.name, cell.probe.relation, label or cell.case.label


def weight(operation: Operation) -> int:
    """The order of operations in sentences."""
    return list(Operation).index(operation)
