"""The table of locks and costs that verify shows."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from schemactl.core.results import Cell, Json, Mood, Table
from schemactl.sql.lock_modes import Work
from schemactl.verify.checks.locks import Cost
from schemactl.verify.stats import Sizes, estimate

_SHOWN = 6
_WORDS = {Work.REWRITE: "rewrite", Work.SCAN: "whole scan", Work.INDEX: "index build"}


def lock_table(costs: Sequence[Cost], sizes: Sizes) -> tuple[Table, ...]:
    """One line for a table in a file, the worst first; none where no file locks writers out of what was there."""
    lines: dict[tuple[str, str], Cost] = {}
    for cost in costs:
        key = (cost.file, str(cost.seen.table))
        if (cost.seen.mode.blocks_writes or cost.work) and (key not in lines or _weight(cost) > _weight(lines[key])):
            lines[key] = cost
    if not lines:
        return ()
    ordered = sorted(lines.values(), key=_weight, reverse=True)
    rows = [_row(cost, sizes) for cost in ordered[:_SHOWN]]
    if len(ordered) > _SHOWN:
        rows.append((Cell(f"… {len(ordered) - _SHOWN} more", Mood.DIM), *[Cell("")] * (len(_COLUMNS) - 1)))
    return (Table("Locks on tables that were there before, as others met them", _COLUMNS, tuple(rows)),)


_COLUMNS = ("migration", "table", "lock", "keeps out", "under it")


def as_json(cost: Cost, sizes: Sizes) -> Mapping[str, Json]:
    """One lock for the JSON document; `seconds` is an estimate, null where the real size is not known."""
    seen = cost.seen
    return {
        "file": cost.file,
        "statement": seen.statement.index,
        "table": str(seen.table),
        "mode": seen.mode.words,
        "since_statement": seen.since.index,
        "blocks": list(seen.blocked),
        "rows_read": seen.rows_read,
        "work": _WORDS.get(cost.work) if cost.work else None,
        "growth": cost.growth,
        "seconds": estimate(sizes, seen.table, cost.work),
    }


def _blocked(blocked: tuple[str, ...]) -> str:
    if "reads" in blocked:
        return "reads and writes"
    return " and ".join(blocked) or "nobody"


def _weight(cost: Cost) -> tuple[bool, int, bool]:
    return (cost.work is not None and cost.seen.mode.blocks_writes, cost.seen.mode, cost.work is not None)


def _row(cost: Cost, sizes: Sizes) -> tuple[Cell, ...]:
    seen = cost.seen
    harmful = cost.work is not None and seen.mode.blocks_writes
    seconds = estimate(sizes, seen.table, cost.work)
    about = f", about {seconds:.1f} s" if seconds is not None else ""
    under = f"{_WORDS[cost.work]}: grows{about}" if cost.work else cost.growth
    return (
        Cell(f"{Path(cost.file).stem.partition('_')[0]}:{seen.statement.line}"),
        Cell(str(seen.table)),
        Cell(seen.mode.words.lower()),
        Cell(_blocked(seen.blocked)),
        Cell(under, Mood.WARN if harmful else Mood.PLAIN),
    )
