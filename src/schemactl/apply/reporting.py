"""What a run did, as a report."""

from collections.abc import Sequence

from schemactl.apply.baselining import Baselined
from schemactl.apply.engine import Applied, Outcome
from schemactl.apply.repairing import Repair
from schemactl.apply.rollback import TakenBack
from schemactl.apply.tasks import Task
from schemactl.core.durations import in_words
from schemactl.core.results import Cell, Json, Mood, Report, Table
from schemactl.migrations.plan import Plan, Standing

SHOWN = 40
"""Rows of a table; of a longer run the last ones are shown, and JSON has them all."""


def applied(outcome: Outcome) -> Report:
    """The report of a run."""
    count = len(outcome.applied)
    summary = (
        f"{_count(count)} applied to {outcome.target} in {in_words(outcome.seconds)}"
        if count
        else _nothing(outcome.target)
    )
    rows = tuple(_line(one) for one in outcome.applied[-SHOWN:])
    table = Table(
        _title("Applied", count), ("migration", "statements", "time", ""), rows, frozenset({"statements", "time"})
    )
    return Report(
        "apply",
        summary,
        sections=(table,) if rows else (),
        details={
            "target": outcome.target,
            "dry_run": False,
            "seconds": round(outcome.seconds, 6),
            "applied": [_json(one) for one in outcome.applied],
            "rerecorded": list(outcome.rerecorded),
        },
    )


def previewed(target: str, found: Plan, ready: tuple[Task, ...]) -> Report:
    """The report of a dry run."""
    summary = f"{_count(len(ready))} would be applied to {target}; nothing was changed" if ready else _nothing(target)
    rows = tuple(
        (Cell(task.title), Cell(str(task.count - task.step.done)), Cell(_how(task), Mood.DIM))
        for task in ready[-SHOWN:]
    )
    table = Table(
        _title("Would be applied", len(ready)), ("migration", "statements", "how"), rows, frozenset({"statements"})
    )
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


def baselined(target: str, done: Baselined) -> Report:
    """The report of a baseline."""
    up_to = f"everything up to {done.version} ({_count(len(done.migrations))}) as present"
    summary = f"recorded {up_to} in {target}; nothing was run" if done.changed else f"{target} counts {up_to} already"
    details: dict[str, Json] = {
        "target": target,
        "version": done.version.label,
        "changed": done.changed,
        "migrations": [migration.path.stem for migration in done.migrations],
    }
    return Report("baseline", summary, details=details)


def rolled_back(target: str, done: Sequence[TakenBack], *, dry_run: bool) -> Report:
    """The report of a rollback, or of what it would do."""
    would = "would be " if dry_run else ""
    summary = f"{_count(len(done))} {would}taken back from {target}" if done else f"nothing to take back from {target}"
    rows = tuple(
        (Cell(one.row.title, Mood.PLAIN if dry_run else Mood.GOOD), Cell(one.down.path.name, Mood.DIM)) for one in done
    )
    table = Table(f"{would}taken back".capitalize(), ("migration", "down file"), rows)
    details: dict[str, Json] = {
        "target": target,
        "dry_run": dry_run,
        "taken_back": [{"migration": one.row.title, "file": one.down.file} for one in done],
    }
    return Report("rollback", summary, sections=(table,) if rows else (), details=details)


def repaired(target: str, repairs: Sequence[Repair], *, written: bool) -> Report:
    """The report of a repair; it has failed as long as something is proposed and not written."""
    count = f"{len(repairs)} repair{'' if len(repairs) == 1 else 's'}"
    if not repairs:
        summary = f"nothing to repair: the history of {target} agrees with the files"
    elif written:
        summary = f"{count} written to the history of {target}"
    else:
        summary = f"{count} proposed for the history of {target}; --yes writes them"
    rows = tuple((Cell(repair.title), Cell(repair.told)) for repair in repairs)
    details: dict[str, Json] = {
        "target": target,
        "written": written,
        "repairs": [
            {
                "migration": repair.title,
                "repair": repair.deed.name.lower(),
                "file": repair.migration.file if repair.migration else None,
            }
            for repair in repairs
        ],
    }
    table = Table("Written" if written else "Proposed", ("migration", "repair"), rows)
    failed = bool(repairs) and not written
    return Report("repair", summary, sections=(table,) if rows else (), details=details, failed=failed)


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


def _title(title: str, count: int) -> str:
    return f"{title}: the last {SHOWN} of {count}" if count > SHOWN else title


def _count(count: int) -> str:
    return f"{count} migration{'' if count == 1 else 's'}"


def _nothing(target: str) -> str:
    return f"nothing to apply: {target} is up to date"
