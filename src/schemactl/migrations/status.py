"""Where a target stands, as a report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from schemactl.core.findings import Evidence, Finding, Severity, Span
from schemactl.core.results import Cell, Json, Mood, Report, Table
from schemactl.migrations.plan import Entry, Plan, Standing

SHOWN = 40
"""Rows of the table; of a longer history the oldest applied migrations are counted instead."""

_MOODS = {Standing.APPLIED: Mood.GOOD, Standing.BASELINE: Mood.DIM, Standing.HELD_BACK: Mood.DIM}
_RULES = {
    Standing.EDITED: "history-edited",
    Standing.DELETED: "history-deleted",
    Standing.UNKNOWN: "history-unknown",
    Standing.REFUSED: "history-out-of-order",
    Standing.COSMETIC: "history-cosmetic-edit",
    Standing.RESUME: "history-unfinished",
}


def report(plan: Plan, target: str) -> Report:
    """Every migration with its standing and dates; conflicts, broken-off runs and cosmetic edits as findings."""
    return Report(
        command="status",
        summary=f"{_summary(plan)} on {target}",
        findings=tuple(_finding(entry) for entry in plan.entries if entry.standing in _RULES),
        sections=(_table(plan.entries),),
        details={
            "target": target,
            "pending": [step.migration.path.stem for step in plan.steps],
            "migrations": [_json(entry) for entry in plan.entries],
        },
    )


def _summary(plan: Plan) -> str:
    counts = Counter(entry.standing for entry in plan.entries)
    present = counts[Standing.APPLIED] + counts[Standing.COSMETIC] + counts[Standing.BASELINE]
    parts = [f"{len(plan.conflicts)} in conflict"] if plan.conflicts else []
    parts += [f"{len(plan.steps)} pending" if plan.steps else "nothing pending"]
    return ", ".join([*parts, f"{present} applied"])


def _table(entries: Sequence[Entry]) -> Table:
    settled = [entry for entry in entries if entry.standing in (Standing.APPLIED, Standing.BASELINE)]
    left_out = set(map(id, settled[: max(len(entries) - SHOWN, 0)]))
    rows = [_line(entry) for entry in entries if id(entry) not in left_out]
    if left_out:
        rows.insert(0, (Cell(f"… {len(left_out)} before", Mood.DIM), *(Cell("") for _ in range(4))))
    return Table("", ("migration", "standing", "when (UTC)", "by", "took"), tuple(rows), frozenset({"took"}))


def _line(entry: Entry) -> tuple[Cell, ...]:
    mood = Mood.BAD if entry.standing.conflict else _MOODS.get(entry.standing, Mood.WARN)
    row = entry.row
    when = f"{row.finished_at:%Y-%m-%d %H:%M}" if row and row.finished_at else ""
    took = _took(row.duration) if row and row.duration else ""
    return Cell(entry.title), Cell(entry.standing, mood), Cell(when), Cell(row.applied_by if row else ""), Cell(took)


def _took(duration: timedelta) -> str:
    seconds = duration.total_seconds()
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _finding(entry: Entry) -> Finding:
    severity = Severity.ERROR if entry.standing.conflict else Severity.INFO
    note = entry.note.removeprefix(f"{entry.migration.file}: ") if entry.migration else entry.note
    message = "\n".join((note, *map(str, entry.changes)))
    if entry.standing is Standing.RESUME:
        severity, message = Severity.WARNING, _broken_off(entry)
    return Finding(
        rule=_RULES[entry.standing],
        severity=severity,
        message=message,
        evidence=Evidence.EXECUTED,
        span=Span(entry.migration.file, 1, 1, 1, 1) if entry.migration else None,
        object=f"migration {entry.title}",
        hint=entry.hint or ("`schemactl apply` goes on there." if entry.standing is Standing.RESUME else None),
    )


def _broken_off(entry: Entry) -> str:
    row = entry.row
    if row is None:
        return ""
    error = f": {row.error}" if row.error else ""
    return f"{entry.title}: broke off after {entry.done} of {row.total} statements{error}"


def _json(entry: Entry) -> Json:
    row = entry.row
    return {
        "migration": entry.title,
        "file": entry.migration.file if entry.migration else None,
        "standing": entry.standing.value,
        "started_at": _moment(row.started_at if row else None),
        "finished_at": _moment(row.finished_at if row else None),
        "seconds": row.duration.total_seconds() if row and row.duration else None,
        "applied_by": row.applied_by if row else None,
        "tool_version": row.tool_version if row else None,
        "statements_done": row.done if row else 0,
        "statements_total": row.total if row else None,
        "error": row.error if row else None,
        "note": entry.note or None,
        "changes": _changes(entry.changes),
    }


def _changes(changes: Iterable[object]) -> list[Json]:
    return [str(change) for change in changes]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
