"""Progress on standard error: bars where a person watches, plain lines for notes elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from schemactl.cli.output import Format, wants_colour, write
from schemactl.core.clock import Clock, SystemClock
from schemactl.core.events import Advanced, Event, Finished, Listener, Note, Started

if TYPE_CHECKING:
    from rich.progress import TaskID


_EVERY = 30.0
"""Seconds between two lines about tasks."""


@contextmanager
def progress(
    *, output: Format, quiet: bool = False, stream: TextIO | None = None, clock: Clock | None = None
) -> Iterator[Listener]:
    """A listener for the time of a command.

    Bars appear on a terminal only and leave nothing behind, however the block ends; elsewhere a line every half minute
    says how far the tasks are. With `quiet`, and for every format but the console's, warnings are all that is written.
    """
    target = stream or sys.stderr
    if quiet or output is not Format.CONSOLE:
        yield _Lines(target, warnings_only=True)
    elif not target.isatty():
        yield _Lines(target, clock=clock)
    else:
        bars = _Bars(target)
        try:
            yield bars
        finally:
            bars.close()


class _Lines:
    """Notes as plain lines, and how far the tasks are where they take long."""

    def __init__(self, stream: TextIO, *, warnings_only: bool = False, clock: Clock | None = None) -> None:
        self._stream = stream
        self._warnings_only = warnings_only
        self._clock = clock or SystemClock()
        self._said = self._clock.monotonic()
        self._tasks: dict[str, _Task] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, Note):
            if event.warning or not self._warnings_only:
                write(self._stream, f"{_prefix(event)}{event.message}\n")
            return
        now = self._clock.monotonic()
        if isinstance(event, Started) and event.total:
            self._tasks[event.task] = _Task(event.total, now)
        elif isinstance(event, Finished):
            self._tasks.pop(event.task, None)
        elif isinstance(event, Advanced) and event.task in self._tasks:
            self._tasks[event.task].done = event.done
            if now - self._said >= _EVERY and not self._warnings_only:
                self._said = now
                write(self._stream, f"note: {self._how_far(now)}\n")

    def _how_far(self, now: float) -> str:
        tasks = [f"{name} {task.done} of {task.total}" for name, task in self._tasks.items()]
        left = max((task.seconds_left(now) for task in self._tasks.values() if task.done), default=0)
        minutes = f"; about {max(1, round(left / 60))} min left for these" if left > _EVERY else ""
        return ", ".join(tasks) + minutes


@dataclass(slots=True)
class _Task:
    """Steps of a task and when it began, in seconds."""

    total: int
    began: float
    done: int = 0

    def seconds_left(self, now: float) -> float:
        """As long for each step as for those behind us."""
        return (now - self.began) * (self.total - self.done) / self.done


class _Bars:
    """Tasks as bars that vanish when they are over, notes above them."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        console = Console(file=stream, no_color=not wants_colour(stream), highlight=False, markup=False, emoji=False)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", style="dim", markup=False),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, Started):
            self._progress.start()
            self._tasks[event.task] = self._progress.add_task(_one_line(event.task), total=event.total, note="")
        elif isinstance(event, Advanced) and event.task in self._tasks:
            self._progress.update(self._tasks[event.task], completed=event.done, note=_one_line(event.note))
        elif isinstance(event, Finished) and event.task in self._tasks:
            self._progress.remove_task(self._tasks.pop(event.task))
        elif isinstance(event, Note):
            self._note(event)

    def _note(self, note: Note) -> None:
        from rich.text import Text

        from schemactl.report.words import printable

        style = "yellow" if note.warning else "dim"
        self._progress.console.print(Text.assemble((_prefix(note), style), printable(note.message)), soft_wrap=True)

    def close(self) -> None:
        """Take the bars away; safe to call after an interrupt, and twice."""
        self._progress.stop()


def _prefix(note: Note) -> str:
    return "warning: " if note.warning else "note: "


def _one_line(text: str) -> str:
    from schemactl.report.words import one_line

    return one_line(text)
