"""Progress on standard error: bars where a person watches, plain lines for notes elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from schemactl.cli.output import Format, wants_colour, write
from schemactl.core.events import Advanced, Event, Finished, Listener, Note, Started

if TYPE_CHECKING:
    from rich.progress import TaskID


@contextmanager
def progress(*, output: Format, quiet: bool = False, stream: TextIO | None = None) -> Iterator[Listener]:
    """A listener for the time of a command.

    Bars appear on a terminal only and leave nothing behind, however the block ends. With `quiet`, and for every format
    but the console's, warnings are all that is written.
    """
    target = stream or sys.stderr
    if quiet or output is not Format.CONSOLE:
        yield _Lines(target, warnings_only=True)
    elif not target.isatty():
        yield _Lines(target)
    else:
        bars = _Bars(target)
        try:
            yield bars
        finally:
            bars.close()


class _Lines:
    """Notes as plain lines; tasks pass in silence."""

    def __init__(self, stream: TextIO, *, warnings_only: bool = False) -> None:
        self._stream = stream
        self._warnings_only = warnings_only

    def __call__(self, event: Event) -> None:
        if isinstance(event, Note) and (event.warning or not self._warnings_only):
            write(self._stream, f"{_prefix(event)}{event.message}\n")


class _Bars:
    """Tasks as bars that vanish when they are over, notes above them."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

        console = Console(file=stream, no_color=not wants_colour(stream), highlight=False, markup=False, emoji=False)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
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
