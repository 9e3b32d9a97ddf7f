"""What pending statements will cost a target: their locks, the tables they fall on, and for how long. Pure.

The times are rough, an order of magnitude: bytes by the rates below, on a table that is not in memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemactl.apply.sizes import Size
from schemactl.apply.tasks import Task
from schemactl.core.findings import Span
from schemactl.sql.lock_modes import Lock, LockMode, Work
from schemactl.sql.locks import locks
from schemactl.sql.names import Name
from schemactl.sql.parse import Statement

BYTES_PER_SECOND = {
    Work.SCAN: 250e6,
    Work.MAY_SCAN: 250e6,
    Work.INDEX: 50e6,
    Work.MAY_INDEX: 50e6,
    Work.REWRITE: 50e6,
    Work.MAY_REWRITE: 50e6,
}
"""How fast a server of today reads, sorts and writes a table."""

LOW, HIGH = 1.0, 10.0
"""Seconds of blocking from which it is felt, and from which requests fail."""


class Danger(StrEnum):
    """How much others will feel: nothing, a moment, seconds, or an outage."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Touch:
    """A lock on a relation that is there already. `seconds` is how long it is held, and `work` what takes the time.

    In a transaction a lock is held to the end, so that the work of later statements counts.
    """

    relation: Name
    mode: LockMode
    size: Size
    work: frozenset[Work]
    seconds: float

    @property
    def danger(self) -> Danger:
        """What others feel of it."""
        if not self.mode.blocks_writes:
            return Danger.NONE
        return Danger.HIGH if self.seconds >= HIGH else Danger.MEDIUM if self.seconds >= LOW else Danger.LOW


@dataclass(frozen=True, slots=True)
class Forecast:
    """One pending statement, `text`, of the migration `title`; `touches` is empty when nothing that is there is locked.

    `index` counts from 1 in the file.
    """

    title: str
    transactional: bool
    index: int
    span: Span
    text: str
    touches: tuple[Touch, ...]


def relations(tasks: Sequence[Task], major: int) -> frozenset[Name]:
    """Every relation that the pending statements lock, there or not."""
    return frozenset(lock.relation for task in tasks for _, found in _locks(task, major) for lock in found)


def forecast(tasks: Sequence[Task], sizes: Mapping[Name, Size], major: int) -> Iterator[Forecast]:
    """Every pending statement with the locks it takes on relations in `sizes`, on a server of version `major`."""
    for task in tasks:
        found = list(_locks(task, major))
        lasts = [sum(_seconds(lock, sizes) for lock in held) for _, held in found]
        for position, (statement, held) in enumerate(found):
            seconds = sum(lasts[position:]) if task.transactional else lasts[position]
            touches = (
                Touch(lock.relation, lock.mode, sizes[lock.relation], lock.work, seconds)
                for lock in held
                if lock.relation in sizes
            )
            index, span, text = statement.index, statement.span, statement.text
            yield Forecast(task.title, task.transactional, index, span, text, tuple(touches))


def _locks(task: Task, major: int) -> Iterator[tuple[Statement, tuple[Lock, ...]]]:
    for statement in task.script.statements[task.step.done :]:
        yield statement, locks(statement, major)


def _seconds(lock: Lock, sizes: Mapping[Name, Size]) -> float:
    size = sizes.get(lock.relation)
    return sum(size.bytes / BYTES_PER_SECOND[work] for work in lock.work) if size else 0.0
