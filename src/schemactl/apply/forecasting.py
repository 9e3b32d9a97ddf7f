"""The forecast as a report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from schemactl.apply.forecast import LOW, Danger, Forecast, Touch
from schemactl.apply.tasks import Task
from schemactl.core.durations import in_words
from schemactl.core.findings import Evidence, Finding, Severity, fingerprint
from schemactl.core.results import Cell, Json, Mood, Report, Table
from schemactl.db.redact import redact, shorten

_TEXT = 32
_MOODS = {Danger.NONE: Mood.DIM, Danger.LOW: Mood.GOOD, Danger.MEDIUM: Mood.WARN, Danger.HIGH: Mood.BAD}
_MIGRATIONS = ("migration", "statements", "runs as", "blocks")
_LOCKS = ("at", "statement", "lock", "on", "size", "rows", "blocks")


def report(target: str, pending: Sequence[Task], forecasts: Sequence[Forecast], sources: Mapping[str, str]) -> Report:
    """The pending migrations, the locks they take on what is there, and a finding for what blocks others for long.

    `sources` holds the text of each file.
    """
    found = {title: list(ones) for title, ones in groupby(forecasts, key=lambda one: one.title)}
    locks = tuple(_lock(one, touch) for one in forecasts for touch in one.touches)
    tables = (
        Table(
            "Pending",
            _MIGRATIONS,
            tuple(_migration(task, found.get(task.title, [])) for task in pending),
            frozenset({"statements"}),
        ),
        Table("Locks on what is there", _LOCKS, locks, frozenset({"size", "rows"})),
    )
    return Report(
        command="plan",
        summary=_summary(target, len(pending), forecasts),
        findings=tuple(_finding(one, touch) for one in forecasts for touch in one.touches if _grave(touch)),
        sections=tuple(table for table in tables if table.rows),
        details={"target": target, "statements": [_json(one) for one in forecasts]},
        sources=sources,
    )


def _summary(target: str, migrations: int, forecasts: Sequence[Forecast]) -> str:
    if not migrations:
        return f"nothing to apply: {target} is up to date"
    counts = f"{_count(migrations, 'migration')}, {_count(len(forecasts), 'statement')} pending on {target}"
    worst = _worst(forecasts)
    return f"{counts}; worst: blocks {_blocked(worst)} on {worst.relation}" if worst else f"{counts}; nobody is blocked"


def _migration(task: Task, forecasts: Sequence[Forecast]) -> tuple[Cell, ...]:
    worst = _worst(forecasts)
    return (
        Cell(task.title),
        Cell(str(len(forecasts))),
        Cell("one transaction" if task.transactional else "statement by statement", Mood.DIM),
        Cell(_blocked(worst), _MOODS[worst.danger]) if worst else Cell("nobody", Mood.DIM),
    )


def _lock(one: Forecast, touch: Touch) -> tuple[Cell, ...]:
    return (
        Cell(f"{one.title.partition('_')[0] if one.title[0].isdigit() else one.title}:{one.span.line}"),
        Cell(shorten(one.text, _TEXT)),
        Cell(touch.mode.words),
        Cell(str(touch.relation)),
        Cell(_bytes(touch.size.bytes)),
        Cell("" if touch.size.rows is None else f"{touch.size.rows:,}"),
        Cell(_blocked(touch), _MOODS[touch.danger]),
    )


def _worst(forecasts: Iterable[Forecast]) -> Touch | None:
    touches = (touch for one in forecasts for touch in one.touches if touch.danger is not Danger.NONE)
    return max(touches, key=lambda touch: (touch.seconds, touch.mode), default=None)


def _blocked(touch: Touch) -> str:
    if touch.danger is Danger.NONE:
        return "nobody"
    who = "reads, writes" if touch.mode.blocks_reads else "writes"
    return f"{who} briefly" if touch.seconds < LOW else f"{who} ~{in_words(touch.seconds)}"


def _grave(touch: Touch) -> bool:
    return touch.danger is Danger.HIGH


def _finding(one: Forecast, touch: Touch) -> Finding:
    why = f": it {' and '.join(sorted(touch.work))}" if touch.work else ": the lock is held to the end of the migration"
    finding = Finding(
        rule="long-lock",
        severity=Severity.WARNING,
        message=f"blocks {_blocked(touch)} on {touch.relation} ({_bytes(touch.size.bytes)}){why}",
        evidence=Evidence.EXECUTED,
        span=one.span,
        statement=one.index,
        object=f"table {touch.relation}",
        hint="`schemactl lint` shows the form that does not keep others waiting.",
    )
    return replace(finding, fingerprint=fingerprint(finding, one.text))


def _json(one: Forecast) -> Json:
    return {
        "migration": one.title,
        "file": one.span.file,
        "statement": one.index,
        "line": one.span.line,
        "text": redact(one.text),
        "transactional": one.transactional,
        "locks": [
            {
                "relation": str(touch.relation),
                "mode": touch.mode.words,
                "bytes": touch.size.bytes,
                "rows": touch.size.rows,
                "work": sorted(touch.work),
                "seconds": round(touch.seconds, 3),
                "danger": touch.danger.value,
            }
            for touch in one.touches
        ],
    }


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
