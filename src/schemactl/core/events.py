"""Progress of long work, told to whoever listens; the command line draws it, tests collect it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """A task begins; `total` counts its steps where that is known."""

    task: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Advanced:
    """`done` steps of the task are behind us; `note` says what is under way."""

    task: str
    done: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """The task is over, well or not."""

    task: str


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the person at the terminal; `warning` asks for attention."""

    message: str
    warning: bool = False


Event = Started | Advanced | Finished | Note
Listener = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Listen to nothing."""


def warnings(listener: Listener) -> Listener:
    """Let `listener` hear warnings alone."""

    def hear(event: Event) -> None:
        if isinstance(event, Note) and event.warning:
            listener(event)

    return hear
