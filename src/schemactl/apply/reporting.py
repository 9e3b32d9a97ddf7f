"""What a run did, as a report."""

from schemactl.apply.durations import in_words
from schemactl.apply.engine import Applied, Outcome
from schemactl.apply.tasks import Task
from schemactl.core.results import Cell, Json, Mood, Report, Table
from schemactl.migrations.plan import Plan, Standing


def applied(outcome: Outcome) -> Report:
    """The report of a run."""
    count = len(outcome.applied)
    total = sum(one.seconds for one in outcome.applied)
    summary = f"{_count(count)} applied to {outcome.target} in {in_words(total)}" if count else _nothing(outcome.target)
    rows = tuple(_line(one) for one in outcome.applied)
    table = Table("Applied", ("migration", "statements", "time", ""), rows, frozenset({"statements", "time"}))
    return Report(
        "apply",
        summary,
        sections=(table,) if rows else (),
        details={
            "target": outcome.target,
            "dry_run": False,
            "applied": [_json(one) for one in outcome.applied],
            "rerecorded": list(outcome.rerecorded),
        },
    )


def previewed(target: str, found: Plan, ready: tuple[Task, ...]) -> Report:
    """The report of a dry run."""
    summary = f"{_count(len(ready))} would be applied to {target}; nothing was changed" if ready else _nothing(target)
    rows = tuple(
        (Cell(task.title), Cell(str(task.count - task.step.done)), Cell(_how(task), Mood.DIM)) for task in ready
    )
    table = Table("Would be applied", ("migration", "statements", "how"), rows, frozenset({"statements"}))
    pending: list[Json] = [
        {
            "migration": task.title,
            "file": task.migration.file,
            "standing": task.step.standing.value,
            "statements": task.count - task.step.done,
            "transactional": task.transactional,
        }
        for task in ready
    ]
    details: dict[str, Json] = {
        "target": target,
        "dry_run": True,
        "pending": pending,
        "rerecorded": [entry.title for entry in found.cosmetic],
    }
    return Report("apply", summary, sections=(table,) if rows else (), details=details)


def _line(one: Applied) -> tuple[Cell, ...]:
    note = "" if one.standing is Standing.PENDING else one.standing.value
    return Cell(one.title, Mood.GOOD), Cell(str(one.statements)), Cell(_time(one.seconds)), Cell(note, Mood.DIM)


def _json(one: Applied) -> dict[str, Json]:
    return {
        "migration": one.title,
        "file": one.file,
        "standing": one.standing.value,
        "statements": one.statements,
        "seconds": round(one.seconds, 6),
    }


def _how(task: Task) -> str:
    shape = "one transaction" if task.transactional else "statement by statement"
    return shape if task.step.standing is Standing.PENDING else f"{shape}, {task.step.standing.value}"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else in_words(seconds)


def _count(count: int) -> str:
    return f"{count} migration{'' if count == 1 else 's'}"


def _nothing(target: str) -> str:
    return f"nothing to apply: {target} is up to date"
